"""Somebody else's software: two tiny SOAP servers that share no code with ours.

They know the guideline's printed messages and nothing else: lxml reads a request, a string is the
answer. ``namespaced=False`` writes ``XResult`` as node-soap and PHP do, without its namespace.
"""

from base64 import b64encode
from collections.abc import Callable, Iterable
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree
from werkzeug.wrappers import Request, Response

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
POLIJ = "http://www.ceda.polimi.it/polij/"
ICT4U = "http://www.ict4university.gov.it/"
OK = "<esito><codEsito>0</codEsito><descEsito>OK</descEsito></esito>"

Service = Callable[[etree._Element], str]


def refusal(code: int, words: str) -> str:
    """Return an outcome that refuses."""
    words = escape(words)
    return f"<esito><codEsito>{code}</codEsito><descEsito>{words}</descEsito></esito>"


class Foreign:
    """A WSGI application that answers one role's services and remembers what it was asked."""

    def __init__(self, *, namespaced: bool = True) -> None:
        self.namespaced = namespaced
        self.calls: list[tuple[str, etree._Element]] = []
        self.refusals: dict[str, str] = {}
        self.steps: list[tuple[str, str]] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request of the printed form; whatever is not gets a fault."""
        request = Request(environ)
        try:
            content = self.answer(request)
            response = Response(content, content_type="text/xml; charset=utf-8")
        except (etree.XMLSyntaxError, AttributeError, LookupError, ValueError) as error:
            fault = "<faultcode>s:Client</faultcode><faultstring>no call</faultstring>"
            response = Response(
                f'<s:Envelope xmlns:s="{SOAP}"><s:Body><s:Fault>{fault}</s:Fault></s:Body>'
                f"</s:Envelope><!-- {type(error).__name__} -->",
                status=500,
                content_type="text/xml",
            )
        return response(environ, start_response)

    def answer(self, request: Request) -> str:
        """Return the whole answer to a request."""
        root = etree.fromstring(request.get_data())
        (call,) = root.find(f"{{{SOAP}}}Body")
        name = str(call.tag).removeprefix(f"{{{POLIJ}}}")
        if request.headers["SOAPAction"] != f'"{POLIJ}{name}"' or request.authorization is None:
            raise ValueError(name)
        service: Service = getattr(self, f"serve_{name}")
        self.calls.append((name, call))
        inner = self.refusals.pop(name, None) or OK + service(call)
        prefix, bound = ("r:", f' xmlns:r="{ICT4U}"') if self.namespaced else ("", "")
        return (
            f'<s:Envelope xmlns:s="{SOAP}"><s:Header/><s:Body><t:{name}Response xmlns:t="{POLIJ}">'
            f"<{prefix}{name}Result{bound}>{inner}</{prefix}{name}Result>"
            f"</t:{name}Response></s:Body></s:Envelope>"
        )

    def asked(self, name: str) -> list[etree._Element]:
        """Return the requests for a service, oldest first."""
        return [call for called, call in self.calls if called == name]

    def last(self, name: str) -> dict[str, str]:
        """Return the parameters of the newest request for a service."""
        return {str(child.tag): child.text or "" for child in self.asked(name)[-1]}

    def serve_Change_StatusProcessoTrasferimento(self, call: etree._Element) -> str:
        """T6: remember it as a step."""
        self.steps.append((f"FINE {call.find('StatoChange').text}", "22/09/2026"))
        return ""

    def serve_Get_StatusProcessoTrasferimento(self, call: etree._Element) -> str:
        """T7: the steps, dated as the guideline prints them."""
        steps = "".join(
            f"<Passo><Stato>{state}</Stato><DataTransazione>{day}</DataTransazione></Passo>"
            for state, day in self.steps
        )
        return f"<Passi>{steps}</Passi>"


class ForeignOrigin(Foreign):
    """The origin's services: T4, T6, T7, T8, T9."""

    def __init__(self, documents: dict[str, bytes], *, namespaced: bool = True) -> None:
        super().__init__(namespaced=namespaced)
        self.documents = documents
        self.steps = [("BOZZA", "20/09/2026"), ("TRASFERITA", "21/09/2026")]

    def serve_Require_RefreshDatiTrasferimento(self, call: etree._Element) -> str:
        """T4: nothing to say."""
        self.steps.append(("RICHIESTA REVISIONE", "22/09/2026"))
        return ""

    def serve_Ret_Token(self, call: etree._Element) -> str:
        """T8: nothing to say."""
        return ""

    def serve_Get_Allegato(self, call: etree._Element) -> str:
        """T9: the document, its base64 broken into lines as some stacks do."""
        identifier = call.find("IdDocumento").text
        text = b64encode(self.documents[identifier]).decode()
        lines = "\n".join(text[start : start + 76] for start in range(0, len(text), 76))
        return (
            f"<idPratica>{call.find('IdPratica').text}</idPratica>"
            f"<idAllegato>{identifier}</idAllegato><allegato>{lines}</allegato>"
        )


class ForeignDestination(Foreign):
    """The destination's services: T1, T2, T3, T5, T6, T7."""

    def __init__(self, *, mode: str = "Completa", token: str = "", namespaced: bool = True) -> None:
        super().__init__(namespaced=namespaced)
        self.mode = mode
        self.token = token

    def serve_Get_Offerta(self, call: etree._Element) -> str:
        """T1: one course."""
        return (
            "<Elenco_Facolta><Facolta_Tipo><Cod_Tipo_Facolta>06</Cod_Tipo_Facolta>"
            "<Desc_Tipo_Facolta>Ingegneria</Desc_Tipo_Facolta><Cdl><CorsoDiStudio>"
            '<CodiceCorsoStudi><codice classificazione="CODICIONE" '
            'descrizione="INFORMATICA &amp; AFFINI">0920207302400001</codice></CodiceCorsoStudi>'
            "<Classe>L-8</Classe><NumeroChiuso>NO</NumeroChiuso></CorsoDiStudio></Cdl>"
            "</Facolta_Tipo></Elenco_Facolta>"
        )

    def serve_Get_InfoWorkflowTrasferimento(self, call: etree._Element) -> str:
        """T2: the terms."""
        return (
            f"<InfoWorkflow><ModalitaTrasmissione>{self.mode}</ModalitaTrasmissione>"
            f"<ModalitaToken>{'I' if self.token else 'D'}</ModalitaToken></InfoWorkflow>"
        )

    def serve_Put_ProcessoTrasferimento(self, call: etree._Element) -> str:
        """T3: a token, if they are given at once."""
        self.steps.append(("RICEVUTA", "21/09/2026"))
        return f"<Token>{self.token}</Token>" if self.token else ""

    def serve_Put_DatiTrasferimento(self, call: etree._Element) -> str:
        """T5: nothing to say."""
        self.steps.append(("RICEVUTA", "22/09/2026"))
        return ""

    def sections(self, name: str) -> list[str]:
        """Return the sections of the foglio in the newest request for a service."""
        foglio = self.asked(name)[-1].find("FoglioCongedo")
        return [str(section.tag) for section in foglio]
