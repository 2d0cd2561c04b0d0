// SPDX-License-Identifier: EUPL-1.2
#include "partner.hpp"

#include <cstring>
#include <map>
#include <thread>

#include "soapFoglioCongedoDestinazioneBindingService.h"
#include "soapRicercaDiplomaStudenteBindingService.h"
#include "soapRicercaTitoloStudenteBindingService.h"

namespace {

struct Step {
    std::string state, words;
};

using Binding = FoglioCongedoDestinazioneBindingService;

// Both roles: gSOAP joins services of one namespace, and names the second of two alike with "_".
class Transfers : public Binding {
    std::map<std::string, std::vector<Step>> steps;
    std::string document;

  public:
    Transfers(struct soap *soap, const json &job)
        : Binding(soap), document(job.at("document").get<std::string>()) {}

    Binding *copy() override { return nullptr; }  // one thread serves

    int Get_USCOREOfferta(_pol__Get_USCOREOfferta *call,
                          _pol__Get_USCOREOffertaResponse &answer) override {
        auto *result = answer.ict__Get_USCOREOffertaResult =
            soap_new__ict__Get_USCOREOffertaResult(soap);
        result->esito = outcome(0, "OK");
        if (call->Anno == "1999") {
            result->esito = outcome(7, "OFFERTA NON PUBBLICATA");
            return SOAP_OK;
        }
        auto *course = soap_new_ict__CorsoDiStudioType(soap);
        course->CodiceCorsoStudi = soap_new_ict__CodiceCorsoStudiType(soap);
        auto &code = course->CodiceCorsoStudi->codice;
        code.__item = "0920207302400001";
        code.classificazione = text("CODICIONE");
        code.descrizione = text("Città & <affini> " + call->Anno);
        course->Classe = text("L-8");
        course->TipoDiCorso = text(call->Tipo_USCORETit_USCOREUniv);
        course->ScadenzaDomandaTrasferimento = text("30092026");
        course->NumeroChiuso = soap_new_ict__SiNoType(soap);
        *course->NumeroChiuso = ict__SiNoType__SI;
        auto *faculty = soap_new_ict__FacoltaTipoType(soap);
        faculty->Cod_USCORETipo_USCOREFacolta = "06";
        faculty->Desc_USCORETipo_USCOREFacolta = "Ingegneria";
        faculty->Cdl = soap_new_ict__CdlType(soap);
        faculty->Cdl->CorsoDiStudio.push_back(course);
        result->Elenco_USCOREFacolta = soap_new_ict__ElencoFacoltaType(soap);
        result->Elenco_USCOREFacolta->Facolta_USCORETipo.push_back(faculty);
        return SOAP_OK;
    }

    int Get_USCOREInfoWorkflowTrasferimento(
        _pol__Get_USCOREInfoWorkflowTrasferimento *,
        _pol__Get_USCOREInfoWorkflowTrasferimentoResponse &answer) override {
        auto *terms = soap_new_ict__InfoWorkflowType(soap);
        terms->ModalitaTrasmissione = ict__ModalitaTrasmissioneType__Parziale;
        terms->ModalitaToken = ict__ModalitaTokenType__D;
        terms->AltreInfo = text("orario: 9–12");
        terms->GiorniCompletamento = soap_new_int(soap);
        *terms->GiorniCompletamento = 45;
        auto *result = answer.ict__Get_USCOREInfoWorkflowTrasferimentoResult =
            soap_new__ict__Get_USCOREInfoWorkflowTrasferimentoResult(soap);
        result->esito = outcome(0, "OK");
        result->InfoWorkflow = terms;
        return SOAP_OK;
    }

    int Put_USCOREProcessoTrasferimento(
        _pol__Put_USCOREProcessoTrasferimento *call,
        _pol__Put_USCOREProcessoTrasferimentoResponse &answer) override {
        const auto *student = call->FoglioCongedo->DatiIdentificativiStudente;
        note(call->IdPratica, "RICEVUTA", student->Cognome + " " + student->DataNascita);
        auto *result = answer.ict__Put_USCOREProcessoTrasferimentoResult =
            soap_new__ict__Put_USCOREProcessoTrasferimentoResult(soap);
        result->esito = outcome(0, "OK");
        const std::string end = "SUBITO";
        const auto &practice = call->IdPratica;
        if (practice.size() >= end.size()
            && practice.compare(practice.size() - end.size(), end.size(), end) == 0) {
            result->Token = text("58968742");
        }
        return SOAP_OK;
    }

    int Put_USCOREDatiTrasferimento(_pol__Put_USCOREDatiTrasferimento *call,
                                    _pol__Put_USCOREDatiTrasferimentoResponse &answer) override {
        std::size_t exams = 0;
        for (const auto *part : call->FoglioCongedo->CarrieraUniversitaria->Tratta) {
            exams += part->EsamiSuperatiOFrequentati->Esame.size();
        }
        note(call->IdPratica, "RICEVUTA",
             call->Causale + ": " + value(call->Note) + ": " + std::to_string(exams));
        answer.ict__Put_USCOREDatiTrasferimentoResult =
            soap_new__ict__Put_USCOREDatiTrasferimentoResult(soap);
        answer.ict__Put_USCOREDatiTrasferimentoResult->esito = outcome(0, "OK");
        return SOAP_OK;
    }

    int Change_USCOREStatusProcessoTrasferimento(
        _pol__Change_USCOREStatusProcessoTrasferimento *call,
        _pol__Change_USCOREStatusProcessoTrasferimentoResponse &answer) override {
        const std::string course = value(call->CorsoStudioCodD);
        note(call->IdPratica, soap_pol__StatoChangeType2s(soap, call->StatoChange),
             value(call->Note) + (course.empty() ? "" : " " + course));
        answer.ict__Change_USCOREStatusProcessoTrasferimentoResult =
            soap_new__ict__Change_USCOREStatusProcessoTrasferimentoResult(soap);
        answer.ict__Change_USCOREStatusProcessoTrasferimentoResult->esito = outcome(0, "OK");
        return SOAP_OK;
    }

    int Change_USCOREStatusProcessoTrasferimento_(
        _pol__Change_USCOREStatusProcessoTrasferimento *call,
        _pol__Change_USCOREStatusProcessoTrasferimentoResponse &answer) override {
        return Change_USCOREStatusProcessoTrasferimento(call, answer);
    }

    int Get_USCOREStatusProcessoTrasferimento(
        _pol__Get_USCOREStatusProcessoTrasferimento *call,
        _pol__Get_USCOREStatusProcessoTrasferimentoResponse &answer) override {
        if (call->IdPratica == "GUASTO") {
            return soap_receiverfault("registro fuori servizio", nullptr);
        }
        if (call->IdPratica == "SBAGLIATA") return soap_senderfault("chiamata sbagliata", nullptr);
        auto *result = answer.ict__Get_USCOREStatusProcessoTrasferimentoResult =
            soap_new__ict__Get_USCOREStatusProcessoTrasferimentoResult(soap);
        const auto found = steps.find(call->IdPratica);
        if (found == steps.end()) {
            result->esito = outcome(1, "PRATICA NON TROVATA: città, né così");
            return SOAP_OK;
        }
        result->esito = outcome(0, "OK");
        result->Passi = soap_new_ict__PassiType(soap);
        for (const auto &taken : found->second) {
            auto *step = soap_new_ict__PassoType(soap);
            step->Stato = taken.state;
            step->DataTransazione = "22/09/2026 10:11:12";
            step->Note = text(taken.words);
            result->Passi->Passo.push_back(step);
        }
        return SOAP_OK;
    }

    int Get_USCOREStatusProcessoTrasferimento_(
        _pol__Get_USCOREStatusProcessoTrasferimento *call,
        _pol__Get_USCOREStatusProcessoTrasferimentoResponse &answer) override {
        return Get_USCOREStatusProcessoTrasferimento(call, answer);
    }

    int Require_USCORERefreshDatiTrasferimento(
        _pol__Require_USCORERefreshDatiTrasferimento *call,
        _pol__Require_USCORERefreshDatiTrasferimentoResponse &answer) override {
        note(call->IdPratica, "RICHIESTA REVISIONE", call->Causale + ": " + value(call->Note));
        answer.ict__Require_USCORERefreshDatiTrasferimentoResult =
            soap_new__ict__Require_USCORERefreshDatiTrasferimentoResult(soap);
        answer.ict__Require_USCORERefreshDatiTrasferimentoResult->esito = outcome(0, "OK");
        return SOAP_OK;
    }

    int Ret_USCOREToken(_pol__Ret_USCOREToken *call,
                        _pol__Ret_USCORETokenResponse &answer) override {
        note(call->IdPratica, "TOKEN", call->Token);
        answer.ict__Ret_USCORETokenResult = soap_new__ict__Ret_USCORETokenResult(soap);
        answer.ict__Ret_USCORETokenResult->esito = outcome(0, "OK");
        return SOAP_OK;
    }

    int Get_USCOREAllegato(_pol__Get_USCOREAllegato *call,
                           _pol__Get_USCOREAllegatoResponse &answer) override {
        auto *result = answer.ict__Get_USCOREAllegatoResult =
            soap_new__ict__Get_USCOREAllegatoResult(soap);
        if (call->IdDocumento != "DOC1") {
            result->esito = outcome(60, "ALLEGATO NON TROVATO");
            return SOAP_OK;
        }
        result->esito = outcome(0, "OK");
        result->idPratica = text(call->IdPratica);
        result->idAllegato = text(call->IdDocumento);
        result->allegato = soap_new_xsd__base64Binary(soap);
        result->allegato->__ptr = reinterpret_cast<unsigned char *>(const_cast<char *>(
            soap_base642s(soap, document.c_str(), nullptr, 0, &result->allegato->__size)));
        return SOAP_OK;
    }

  private:
    void note(const std::string &practice, const std::string &state, const std::string &words) {
        steps[practice].push_back({state, words});
    }

    ict__EsitoType *outcome(int code, const std::string &words) {
        auto *made = soap_new_ict__EsitoType(soap);
        made->codEsito = code;
        made->descEsito = words;
        return made;
    }

    std::string *text(const std::string &words) {
        auto *made = soap_new_std__string(soap);
        *made = words;
        return made;
    }

    static std::string value(const std::string *words) { return words ? *words : ""; }
};

std::string *field(struct soap *soap, const json &row, const char *name) {
    if (!row.contains(name) || row.at(name).is_null()) return nullptr;
    auto *made = soap_new_std__string(soap);
    *made = row.at(name).get<std::string>();
    return made;
}

class Titles : public RicercaTitoloStudenteBindingService {
    json known;

  public:
    Titles(struct soap *soap, const json &job)
        : RicercaTitoloStudenteBindingService(soap), known(job.at("titles")) {}

    RicercaTitoloStudenteBindingService *copy() override { return nullptr; }

    int ricercaDatiTitoliUniversitari(
        titoli__Richiesta_USCOREricercaDatiTitoloStudente_USCOREType *call,
        titoli__Risposta_USCOREricercaDatiTitoloStudenteResponse_USCOREType &answer) override {
        auto *inner = answer.titolo__ricercaDatiTitoliStudenteResponseElement =
            soap_new__titolo__ricercaDatiTitoliStudenteResponseElement(soap);
        const auto &student = call->titolo__ricercaDatiTitoliStudenteElement->codiceFiscale;
        for (const auto &row : known.value(student, json::array())) {
            auto *made = soap_new_titolo__DatiTitoloStudenteObject(soap);
            made->codiceFiscale = field(soap, row, "codiceFiscale");
            made->codiceAteneo = field(soap, row, "codiceAteneo");
            made->nazioneConseguimento = field(soap, row, "nazioneConseguimento");
            made->tipoClasseTitolo = field(soap, row, "tipoClasseTitolo");
            made->tipoTitoloUniversitario = field(soap, row, "tipoTitoloUniversitario");
            made->dataConseguimento = field(soap, row, "dataConseguimento");
            made->annoAccademico = field(soap, row, "annoAccademico");
            made->voto = field(soap, row, "voto");
            inner->result.push_back(made);
        }
        if (inner->result.empty()) inner->result.push_back(nullptr);
        return SOAP_OK;
    }
};

class Diplomas : public RicercaDiplomaStudenteBindingService {
    json known;

  public:
    Diplomas(struct soap *soap, const json &job)
        : RicercaDiplomaStudenteBindingService(soap), known(job.at("diplomas")) {}

    RicercaDiplomaStudenteBindingService *copy() override { return nullptr; }

    int ricercaDatiTitoliDiploma(
        diplomi__Richiesta_USCOREricercaDatiDiplomaStudente_USCOREType *call,
        diplomi__Risposta_USCOREricercaDatiDiplomaStudenteResponse_USCOREType &answer) override {
        auto *inner = answer.diploma__ricercaDatiDiplomiStudenteResponseElement =
            soap_new__diploma__ricercaDatiDiplomiStudenteResponseElement(soap);
        const auto &student = call->diploma__ricercaDatiDiplomiStudenteElement->codiceFiscale;
        for (const auto &row : known.value(student, json::array())) {
            auto *made = soap_new_diploma__DatiDiplomaStudenteObject(soap);
            made->codiceFiscale = field(soap, row, "codiceFiscale");
            made->codiceScuola = field(soap, row, "codiceScuola");
            made->nazioneConseguimento = field(soap, row, "nazioneConseguimento");
            made->votoDiploma = field(soap, row, "votoDiploma");
            made->tipoTitoloDiploma = field(soap, row, "tipoTitoloDiploma");
            made->annoSolareConseguimento = field(soap, row, "annoSolareConseguimento");
            made->codiceRitorno = field(soap, row, "codiceRitorno");
            made->messaggio = field(soap, row, "messaggio");
            inner->result.push_back(made);
        }
        if (inner->result.empty()) inner->result.push_back(nullptr);
        return SOAP_OK;
    }
};

void answer_one(struct soap *soap, const json &job, Transfers &transfers, Titles &titles,
                Diplomas &diplomas) {
    if (soap_begin_serve(soap) != SOAP_OK) {
        soap_send_fault(soap);
        return;
    }
    const bool right = soap->userid && soap->passwd && job.at("user") == soap->userid
                       && job.at("password") == soap->passwd;
    if (!right) {
        soap->authrealm = "partner";
        soap->error = 401;
    } else if (transfers.dispatch() == SOAP_NO_METHOD && titles.dispatch() == SOAP_NO_METHOD) {
        diplomas.dispatch();
    }
    if (soap->error) soap_send_fault(soap);
}

}  // namespace

void serve(const json &job) {
    // [snippet gsoap-server]
    auto *soap = soap_new1(SOAP_C_UTFSTRING | SOAP_IO_CHUNK);
    soap->bind_flags = SO_REUSEADDR;
    soap->recv_timeout = soap->send_timeout = 20;
    if (!soap_valid_socket(soap_bind(soap, "127.0.0.1", job.at("port"), 16))) {
        throw std::runtime_error("port");
    }
    // [end]
    std::thread([soap, job] {
        Transfers transfers(soap, job);
        Titles titles(soap, job);
        Diplomas diplomas(soap, job);
        while (soap_valid_socket(soap_accept(soap))) {
            answer_one(soap, job, transfers, titles, diplomas);
            soap_destroy(soap);
            soap_end(soap);
        }
    }).detach();
}
