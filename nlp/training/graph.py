"""The encoder as an ONNX graph, written node by node: float32, or int8 as it is shipped.

Weights are int8 with one scale an output row. Activations are quantised while reading, each token
by its own largest value: no calibration data, and a text's answer cannot depend on what it is
read with, as it would where one scale serves a whole batch (ONNX Runtime's own dynamic
quantisation). Products are exact integers.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from nlp.training.base import Tensors

Floats = NDArray[np.float32]
HeadWeights = Mapping[str, tuple[Floats, Floats]]  # classes by hidden, classes

_MICROSOFT = "com.microsoft"
_HEAD_WIDTH = 32
_EPSILON = 1e-12
_LARGEST = 127


def build_graph(tensors: Tensors, heads: HeadWeights, int8: bool) -> onnx.ModelProto:
    """A model with inputs ``pieces`` and ``mask`` (int32, texts by pieces, 1 where a piece is).

    Outputs: ``embedding`` (texts by hidden, the mean over pieces) and the scores of each head by
    its name (texts by classes).
    """
    return _Graph(int8).model(tensors, heads)


def quantise_rows(weights: Floats) -> tuple[NDArray[np.int8], Floats]:
    """``weights`` as int8 and the scale of each row: row ≈ int8 row × scale."""
    scale = np.abs(weights).max(axis=1) / _LARGEST
    scale[scale == 0] = 1.0
    return np.rint(weights / scale[:, None]).astype(np.int8), scale.astype(np.float32)


class _Graph:
    def __init__(self, int8: bool) -> None:
        self._int8 = int8
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []
        self._count = 0

    def model(self, tensors: Tensors, heads: HeadWeights) -> onnx.ModelProto:
        hidden = tensors["embeddings.word_embeddings.weight"].shape[1]
        layers = sum(name.endswith("attention.self.query.bias") for name in tensors)
        flat = self._constant(np.array([-1, hidden]))
        shape = self._node("Shape", "pieces")
        whole = self._node("Concat", shape, self._constant(np.array([hidden])), axis=0)
        states = self._node("Reshape", self._embedded(tensors, shape), flat)
        states = self._normed(states, tensors, "embeddings.LayerNorm")
        for layer in range(layers):
            states = self._layer(states, tensors, f"encoder.layer.{layer}.", (flat, whole))
        pooled = self._pooled(self._node("Reshape", states, whole))
        outputs = {"embedding": (pooled, hidden)}
        for name, (weights, bias) in heads.items():
            scores = self._node(
                "Gemm", pooled, self._constant(weights), self._constant(bias), transB=1
            )
            outputs[name] = (scores, len(bias))
        for name, (value, _) in outputs.items():
            self._nodes.append(helper.make_node("Identity", [value], [name]))
        graph = helper.make_graph(
            self._nodes,
            "encoder",
            [
                helper.make_tensor_value_info(name, TensorProto.INT32, ["texts", "length"])
                for name in ("pieces", "mask")
            ],
            [
                helper.make_tensor_value_info(name, TensorProto.FLOAT, ["texts", width])
                for name, (_, width) in outputs.items()
            ],
            self._constants,
        )
        versions = [helper.make_opsetid("", 17), helper.make_opsetid(_MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=versions, ir_version=9)

    def _embedded(self, tensors: Tensors, shape: str) -> str:
        words = tensors["embeddings.word_embeddings.weight"]
        if self._int8:
            rows, scale = quantise_rows(words)
            taken = self._node("Gather", self._constant(rows), "pieces")
            taken = self._node("Cast", taken, to=TensorProto.FLOAT)
            scales = self._node("Gather", self._constant(scale[:, None]), "pieces")
            taken = self._node("Mul", taken, scales)
        else:
            taken = self._node("Gather", self._constant(words), "pieces")
        # There is one kind of segment: its vector goes into the places'.
        places = (
            tensors["embeddings.position_embeddings.weight"]
            + tensors["embeddings.token_type_embeddings.weight"][0]
        )
        first, second = (self._constant(np.array([number])) for number in (0, 1))
        length = self._node("Slice", shape, second, self._constant(np.array([2])), first)
        near = self._node("Slice", self._constant(places[None]), first, length, second)
        return self._node("Add", taken, near)

    def _layer(self, states: str, tensors: Tensors, at: str, shapes: tuple[str, str]) -> str:
        flat, whole = shapes
        seen = self._quantised(states)
        query, key, value = (
            self._node("Reshape", self._linear(seen, tensors, f"{at}attention.self.{name}"), whole)
            for name in ("query", "key", "value")
        )
        width = tensors[f"{at}attention.self.query.bias"].size
        context = self._node(
            "MultiHeadAttention",
            *(query, key, value, "", "mask"),
            domain=_MICROSOFT,
            num_heads=width // _HEAD_WIDTH,
        )
        turned = self._linear(
            self._quantised(self._node("Reshape", context, flat)),
            tensors,
            f"{at}attention.output.dense",
        )
        states = self._normed(
            self._node("Add", turned, states), tensors, f"{at}attention.output.LayerNorm"
        )
        inner = self._linear(
            self._quantised(states), tensors, f"{at}intermediate.dense", with_bias=False
        )
        bias = self._constant(tensors[f"{at}intermediate.dense.bias"])
        inner = self._node("BiasGelu", inner, bias, domain=_MICROSOFT)
        outer = self._linear(self._quantised(inner), tensors, f"{at}output.dense")
        return self._normed(self._node("Add", outer, states), tensors, f"{at}output.LayerNorm")

    def _quantised(self, value: str) -> tuple[str, str]:
        """Rows as unsigned int8 around 128, and each row's scale; as they are in float32."""
        if not self._int8:
            return value, ""
        largest = self._node("ReduceMax", self._node("Abs", value), axes=[1], keepdims=1)
        scale = self._node("Mul", largest, self._constant(np.array(1 / _LARGEST, np.float32)))
        scale = self._node("Max", scale, self._constant(np.array(1e-8, np.float32)))
        column = self._node("Reshape", scale, self._constant(np.array([-1])))
        middle = self._constant(np.array(128, np.uint8))
        middles = self._node("Expand", middle, self._node("Shape", column))
        return self._node("QuantizeLinear", value, column, middles, axis=0), scale

    def _linear(
        self, value: tuple[str, str], tensors: Tensors, name: str, with_bias: bool = True
    ) -> str:
        rows, scale = value
        weights = tensors[f"{name}.weight"]
        if self._int8:
            quantised, of_output = quantise_rows(weights)
            # The outputs' scales are applied while the product is still in the cache; the tokens'
            # own, which this operator knows only one for all of, come after it.
            product = self._node(
                "MatMulIntegerToFloat",
                rows,
                self._constant(quantised.T),
                self._constant(np.array(1, np.float32)),
                self._constant(of_output),
                self._constant(np.array(128, np.uint8)),
                self._constant(np.zeros(len(of_output), np.int8)),
                domain=_MICROSOFT,
            )
            product = self._node("Mul", product, scale)
        else:
            product = self._node("MatMul", rows, self._constant(weights.T))
        if not with_bias:
            return product
        return self._node("Add", product, self._constant(tensors[f"{name}.bias"]))

    def _normed(self, value: str, tensors: Tensors, name: str) -> str:
        return self._node(
            "LayerNormalization",
            value,
            self._constant(tensors[f"{name}.weight"]),
            self._constant(tensors[f"{name}.bias"]),
            axis=-1,
            epsilon=_EPSILON,
        )

    def _pooled(self, states: str) -> str:
        mask = self._node("Cast", "mask", to=TensorProto.FLOAT)
        pieces, width = (self._constant(np.array([number])) for number in (1, 2))
        kept = self._node("Mul", states, self._node("Unsqueeze", mask, width))
        total = self._node("ReduceSum", kept, pieces, keepdims=0)
        return self._node("Div", total, self._node("ReduceSum", mask, pieces, keepdims=1))

    def _constant(self, value: NDArray[np.generic]) -> str:
        name = f"c{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def _node(self, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        self._count += 1
        name = f"v{self._count}"
        self._nodes.append(
            helper.make_node(kind, list(inputs), [name], domain=domain, **attributes)
        )
        return name
