"""The language models there are to choose from, by the name that the setting ``nlp.model`` has."""

from nlp.encoder import encoder_folder, load_encoder
from nlp.floor import load_floor
from nlp.model import Model, ModelError

_OWN = "hf:"


def load_model(name: str = "encoder") -> Model:
    """``encoder`` (that which comes with Jajak), ``floor`` or ``hf:NAME-OR-FOLDER``.

    Raises ``ModelError`` for another name, or a model that cannot be loaded.
    """
    if name == "encoder":
        try:
            return load_encoder()
        except FileNotFoundError as error:
            raise ModelError(f"no weights in {encoder_folder()}: install Jajak anew") from error
    if name == "floor":
        return load_floor()
    if name.startswith(_OWN):
        # Only here: torch is large, and needed by those alone who bring a model of their own.
        from nlp.own_model import load_own_model

        return load_own_model(name.removeprefix(_OWN))
    raise ModelError(f"nlp.model is {name!r}: set it to encoder, floor or hf:NAME-OR-FOLDER")
