"""What can go wrong with a decision on a report, in words for the person who decides."""

from collections.abc import Mapping


class ReportNotFound(LookupError):
    """There is no report with this id."""

    def __init__(self, report_id: int) -> None:
        self.report_id = report_id
        super().__init__(f"Laporan nomor {report_id} tidak ditemukan.")


class StaleReport(RuntimeError):
    """The report has changed since the page was opened; ``revision`` is the one it has now."""

    def __init__(self, report_id: int, revision: int) -> None:
        self.report_id, self.revision = report_id, revision
        super().__init__(
            "Laporan ini baru saja berubah. Baca kembali isinya, lalu ulangi keputusan Anda."
        )


class NotPossible(RuntimeError):
    """The report is not in a state for this; ``message`` says why and what to do (Indonesian)."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


class InvalidCorrection(ValueError):
    """Corrected values that cannot be; ``errors`` is a message (Indonesian) by field."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__("; ".join(f"{field}: {text}" for field, text in self.errors.items()))
