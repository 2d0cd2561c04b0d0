"""What refusals about the offices' own order say, in both languages, and who acts."""

from gateway.domain.rejections import Cause

OFFICES: dict[Cause, tuple[str, str, str, str, str]] = {
    Cause.SECOND_PERSON_NEEDED: (
        "chi ha proposto un atto non può approvarlo",
        "who proposed an act cannot approve it",
        "Farlo approvare da un'altra persona con il ruolo di approvatore.",
        "Have it approved by another person with the role of approver.",
        "OFFICE",
    ),
    Cause.PROPOSAL_NOT_FOUND: (
        "la proposta non c'è o è già stata decisa",
        "the proposal is not there, or was decided already",
        "Guardare la pratica: dice chi ha deciso e quando.",
        "Look at the practice: it says who decided, and when.",
        "OFFICE",
    ),
    Cause.PROPOSAL_LAPSED: (
        "la pratica è cambiata dopo la proposta, che non vale più",
        "the practice has changed since the proposal, which is void",
        "Guardare che cosa è cambiato e, se serve, proporre di nuovo.",
        "Look at what has changed and, if needed, propose again.",
        "OFFICE",
    ),
}
