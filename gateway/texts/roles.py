"""What the roles and the deeds of people are called."""

from types import MappingProxyType

from gateway.domain.accounts import Role
from gateway.texts import Text

_ROLES = {
    Role.OPERATOR: Text("operatore di segreteria", "secretariat operator"),
    Role.APPROVER: Text("responsabile che approva", "approver"),
    Role.COMMISSION: Text("commissione", "commission"),
    Role.AUDITOR: Text("revisore", "auditor"),
    Role.ADMINISTRATOR: Text("amministratore dell'ateneo", "administrator of the university"),
    Role.SYSTEM: Text("amministratore di sistema", "system administrator"),
    Role.STUDENT: Text("studente", "student"),
}
ROLES = MappingProxyType(_ROLES)
"""What each role is called."""

_ACTIONS = {
    "account_switched_off": Text("account spento", "account switched off"),
    "account_switched_on": Text("account riacceso", "account switched on"),
    "account_tied": Text("identità esterna collegata", "outside identity tied"),
    "audit_exported": Text("registro esportato", "log exported"),
    "audit_viewed": Text("registro guardato", "log viewed"),
    "code_refused": Text("codice rifiutato", "code refused"),
    "identity_proved": Text("identità confermata", "identity proved"),
    "invitation_accepted": Text("invito usato", "invitation used"),
    "link_given": Text("invito dato", "invitation given"),
    "lockout_lifted": Text("attesa tolta", "wait lifted"),
    "password_changed": Text("password cambiata", "password changed"),
    "password_given": Text("password provvisoria data", "temporary password given"),
    "person_added": Text("persona aggiunta", "person added"),
    "person_changed": Text("persona modificata", "person changed"),
    "practice_viewed": Text("pratica guardata", "practice viewed"),
    "profile_changed": Text("profilo modificato", "profile changed"),
    "recovery_code_used": Text("codice di recupero usato", "recovery code used"),
    "recovery_codes_renewed": Text("codici di recupero rinnovati", "recovery codes renewed"),
    "role_given": Text("ruolo dato", "role given"),
    "role_taken": Text("ruolo tolto", "role taken away"),
    "second_factor_removed": Text("secondo fattore tolto", "second factor removed"),
    "second_factor_reset": Text("secondo fattore azzerato", "second factor reset"),
    "second_factor_set": Text("secondo fattore attivato", "second factor set up"),
    "session_ended": Text("sessione chiusa", "session ended"),
    "sessions_ended": Text("sessioni chiuse", "sessions ended"),
    "sign_in_refused": Text("accesso rifiutato", "sign-in refused"),
    "signed_in": Text("accesso", "signed in"),
    "signed_out": Text("uscita", "signed out"),
}
ACTIONS = MappingProxyType(_ACTIONS)
"""What the actions of the log are called; one that is not here is shown as it is."""
