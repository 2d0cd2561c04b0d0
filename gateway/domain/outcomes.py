"""The outcome (``esito``) that every answer carries."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Outcome:
    """``code`` 0 is acceptance, every other value a refusal that ``description`` explains."""

    code: int
    description: str = field(repr=False)

    @property
    def accepted(self) -> bool:
        """Tell whether the message was accepted."""
        return self.code == 0


OK = Outcome(0, "OK")
