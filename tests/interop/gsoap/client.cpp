// SPDX-License-Identifier: EUPL-1.2
#include "partner.hpp"

#include <cstring>
#include <sstream>

#include "soapFoglioCongedoDestinazioneBindingProxy.h"
#include "soapRicercaDiplomaStudenteBindingProxy.h"
#include "soapRicercaTitoloStudenteBindingProxy.h"

namespace {

using Proxy = FoglioCongedoDestinazioneBindingProxy;  // gSOAP joins services of one namespace

struct Session {
    const json &job;
    std::string address;
    struct soap *soap;

    explicit Session(const json &given)
        : job(given),
          address(given.at("wsdl").get<std::string>()),
          soap(soap_new1(SOAP_C_UTFSTRING | SOAP_IO_KEEPALIVE
                         | (given.value("chunked", false) ? SOAP_IO_CHUNK : 0))) {
        address.resize(address.find('?'));
        soap->send_timeout = soap->recv_timeout = 20;  // else a silent peer hangs us for ever
    }

    ~Session() {
        soap_destroy(soap);
        soap_end(soap);
        soap_free(soap);
    }
};

std::string text(const json &with, const char *name) { return with.value(name, std::string()); }

std::string *optional(Session &on, const json &with, const char *name) {
    if (!with.contains(name) || with.at(name).is_null()) return nullptr;
    auto *made = soap_new_std__string(on.soap);
    *made = text(with, name);
    return made;
}

template <class Foglio>
Foglio *foglio(Session &on, const json &call, Foglio *made,
               int (*read)(struct soap *, Foglio *)) {
    std::istringstream source(call.at("foglio").get<std::string>());
    on.soap->is = &source;
    if (read(on.soap, made) != SOAP_OK) throw std::runtime_error("foglio");
    on.soap->is = nullptr;
    return made;
}

json said(const ict__EsitoType *outcome) {
    return {{"codEsito", outcome->codEsito}, {"descEsito", outcome->descEsito}};
}

json maybe(const std::string *value) { return value ? json(*value) : json(nullptr); }

json result(const _ict__Get_USCOREOffertaResult &offer) {
    json courses = json::array();
    json answer{{"esito", said(offer.esito)}};
    if (!offer.Elenco_USCOREFacolta) return answer;
    json faculties = json::array();
    for (const auto *faculty : offer.Elenco_USCOREFacolta->Facolta_USCORETipo) {
        for (const auto *course : faculty->Cdl->CorsoDiStudio) {
            const auto &code = course->CodiceCorsoStudi->codice;
            courses.push_back({{"CodiceCorsoStudi", {{"codice", {
                {"value", code.__item},
                {"classificazione", maybe(code.classificazione)},
                {"descrizione", maybe(code.descrizione)}}}}},
                {"Classe", maybe(course->Classe)}});
        }
        faculties.push_back({{"Cod_Tipo_Facolta", faculty->Cod_USCORETipo_USCOREFacolta},
                             {"Cdl", {{"CorsoDiStudio", courses}}}});
    }
    answer["Elenco_Facolta"] = {{"Facolta_Tipo", faculties}};
    return answer;
}

json result(const _ict__Get_USCOREInfoWorkflowTrasferimentoResult &terms, struct soap *soap) {
    json answer{{"esito", said(terms.esito)}};
    if (const auto *info = terms.InfoWorkflow) {
        answer["InfoWorkflow"] = {
            {"ModalitaTrasmissione",
             soap_ict__ModalitaTrasmissioneType2s(soap, info->ModalitaTrasmissione)},
            {"ModalitaToken", soap_ict__ModalitaTokenType2s(soap, info->ModalitaToken)},
            {"AltreInfo", maybe(info->AltreInfo)},
            {"GiorniCompletamento",
             info->GiorniCompletamento ? json(*info->GiorniCompletamento) : json(nullptr)}};
    }
    return answer;
}

json result(const _ict__Get_USCOREStatusProcessoTrasferimentoResult &status) {
    json answer{{"esito", said(status.esito)}};
    if (!status.Passi) return answer;
    json steps = json::array();
    for (const auto *step : status.Passi->Passo) {
        steps.push_back({{"Stato", step->Stato}, {"DataTransazione", step->DataTransazione},
                         {"Note", maybe(step->Note)}});
    }
    answer["Passi"] = {{"Passo", steps}};
    return answer;
}

json result(const _ict__Get_USCOREAllegatoResult &found, struct soap *soap) {
    json answer{{"esito", said(found.esito)}, {"idPratica", maybe(found.idPratica)},
                {"idAllegato", maybe(found.idAllegato)}};
    if (found.allegato) {
        answer["allegato"] =
            soap_s2base64(soap, found.allegato->__ptr, nullptr, found.allegato->__size);
    }
    return answer;
}

struct Refused {
    int status;
};

void check(int status) {
    if (status != SOAP_OK) throw Refused{status};
}

template <class Request>
void fill(Request &request, const json &with) {
    request.MiurAteneoChiamante = text(with, "MiurAteneoChiamante");
    request.IdPratica = text(with, "IdPratica");
}

json exchange_data(Session &on, Proxy &proxy, const json &call, const json &with) {
    const std::string operation = call.at("operation");
    if (operation == "Put_ProcessoTrasferimento") {
        _pol__Put_USCOREProcessoTrasferimento request;
        _pol__Put_USCOREProcessoTrasferimentoResponse response;
        fill(request, with);
        request.FoglioCongedo = foglio(on, call, soap_new_pol__FoglioCongedoType(on.soap),
                                       soap_read_pol__FoglioCongedoType);
        check(proxy.Put_USCOREProcessoTrasferimento(&request, response));
        const auto *answer = response.ict__Put_USCOREProcessoTrasferimentoResult;
        return {{"esito", said(answer->esito)}, {"Token", maybe(answer->Token)}};
    }
    _pol__Put_USCOREDatiTrasferimento request;
    _pol__Put_USCOREDatiTrasferimentoResponse response;
    fill(request, with);
    request.FoglioCongedo = foglio(on, call, soap_new_pol__FoglioCongedoRitrasmessoType(on.soap),
                                   soap_read_pol__FoglioCongedoRitrasmessoType);
    request.Causale = text(with, "Causale");
    request.Note = optional(on, with, "Note");
    check(proxy.Put_USCOREDatiTrasferimento(&request, response));
    return {{"esito", said(response.ict__Put_USCOREDatiTrasferimentoResult->esito)}};
}

json invoke(Session &on, Proxy &proxy, const json &call) {
    const std::string operation = call.at("operation");
    const json &with = call.at("with");
    if (operation == "Get_Offerta") {
        // [snippet gsoap]
        _pol__Get_USCOREOfferta request;
        _pol__Get_USCOREOffertaResponse response;
        request.MiurAteneoChiamante = text(with, "MiurAteneoChiamante");
        request.Anno = text(with, "Anno");
        request.Tipo_USCORETit_USCOREUniv = text(with, "Tipo_Tit_Univ");
        check(proxy.Get_USCOREOfferta(&request, response));
        return result(*response.ict__Get_USCOREOffertaResult);
        // [end]
    }
    if (operation == "Get_InfoWorkflowTrasferimento") {
        _pol__Get_USCOREInfoWorkflowTrasferimento request;
        _pol__Get_USCOREInfoWorkflowTrasferimentoResponse response;
        request.MiurAteneoChiamante = text(with, "MiurAteneoChiamante");
        check(proxy.Get_USCOREInfoWorkflowTrasferimento(&request, response));
        return result(*response.ict__Get_USCOREInfoWorkflowTrasferimentoResult, on.soap);
    }
    if (operation == "Get_StatusProcessoTrasferimento") {
        _pol__Get_USCOREStatusProcessoTrasferimento request;
        _pol__Get_USCOREStatusProcessoTrasferimentoResponse response;
        fill(request, with);
        check(proxy.Get_USCOREStatusProcessoTrasferimento(&request, response));
        return result(*response.ict__Get_USCOREStatusProcessoTrasferimentoResult);
    }
    if (operation == "Change_StatusProcessoTrasferimento") {
        _pol__Change_USCOREStatusProcessoTrasferimento request;
        _pol__Change_USCOREStatusProcessoTrasferimentoResponse response;
        fill(request, with);
        soap_s2pol__StatoChangeType(on.soap, text(with, "StatoChange").c_str(),
                                    &request.StatoChange);
        request.Note = optional(on, with, "Note");
        request.CorsoStudioCodD = optional(on, with, "CorsoStudioCodD");
        check(proxy.Change_USCOREStatusProcessoTrasferimento(&request, response));
        return {{"esito", said(response.ict__Change_USCOREStatusProcessoTrasferimentoResult
                                   ->esito)}};
    }
    if (operation == "Require_RefreshDatiTrasferimento") {
        _pol__Require_USCORERefreshDatiTrasferimento request;
        _pol__Require_USCORERefreshDatiTrasferimentoResponse response;
        fill(request, with);
        request.Causale = text(with, "Causale");
        request.Note = optional(on, with, "Note");
        check(proxy.Require_USCORERefreshDatiTrasferimento(&request, response));
        return {{"esito", said(response.ict__Require_USCORERefreshDatiTrasferimentoResult
                                   ->esito)}};
    }
    if (operation == "Ret_Token") {
        _pol__Ret_USCOREToken request;
        _pol__Ret_USCORETokenResponse response;
        fill(request, with);
        request.Token = text(with, "Token");
        check(proxy.Ret_USCOREToken(&request, response));
        return {{"esito", said(response.ict__Ret_USCORETokenResult->esito)}};
    }
    if (operation == "Get_Allegato") {
        _pol__Get_USCOREAllegato request;
        _pol__Get_USCOREAllegatoResponse response;
        fill(request, with);
        request.IdDocumento = text(with, "IdDocumento");
        check(proxy.Get_USCOREAllegato(&request, response));
        return result(*response.ict__Get_USCOREAllegatoResult, on.soap);
    }
    return exchange_data(on, proxy, call, with);
}

json titles(Session &on, const json &with) {
    RicercaTitoloStudenteBindingProxy proxy(on.soap);
    proxy.soap_endpoint = on.address.c_str();
    _titolo__ricercaDatiTitoliStudenteElement inner;
    inner.codiceFiscale = text(with, "codiceFiscale");
    titoli__Richiesta_USCOREricercaDatiTitoloStudente_USCOREType request;
    titoli__Risposta_USCOREricercaDatiTitoloStudenteResponse_USCOREType response;
    request.titolo__ricercaDatiTitoliStudenteElement = &inner;
    check(proxy.ricercaDatiTitoliUniversitari(&request, response));
    json rows = json::array();
    for (const auto *row : response.titolo__ricercaDatiTitoliStudenteResponseElement->result) {
        rows.push_back(!row ? json(nullptr) : json{
            {"codiceFiscale", maybe(row->codiceFiscale)},
            {"codiceAteneo", maybe(row->codiceAteneo)},
            {"nazioneConseguimento", maybe(row->nazioneConseguimento)},
            {"tipoClasseTitolo", maybe(row->tipoClasseTitolo)},
            {"tipoTitoloUniversitario", maybe(row->tipoTitoloUniversitario)},
            {"dataConseguimento", maybe(row->dataConseguimento)},
            {"annoAccademico", maybe(row->annoAccademico)},
            {"voto", maybe(row->voto)}});
    }
    return {{"result", rows}};
}

json diplomas(Session &on, const json &with) {
    RicercaDiplomaStudenteBindingProxy proxy(on.soap);
    proxy.soap_endpoint = on.address.c_str();
    _diploma__ricercaDatiDiplomiStudenteElement inner;
    inner.codiceFiscale = text(with, "codiceFiscale");
    inner.annoScolastico = text(with, "annoScolastico");
    inner.userID = optional(on, with, "userID");
    inner.password = optional(on, with, "password");
    diplomi__Richiesta_USCOREricercaDatiDiplomaStudente_USCOREType request;
    diplomi__Risposta_USCOREricercaDatiDiplomaStudenteResponse_USCOREType response;
    request.diploma__ricercaDatiDiplomiStudenteElement = &inner;
    check(proxy.ricercaDatiTitoliDiploma(&request, response));
    json rows = json::array();
    for (const auto *row : response.diploma__ricercaDatiDiplomiStudenteResponseElement->result) {
        rows.push_back(!row ? json(nullptr) : json{
            {"codiceFiscale", maybe(row->codiceFiscale)},
            {"codiceScuola", maybe(row->codiceScuola)},
            {"nazioneConseguimento", maybe(row->nazioneConseguimento)},
            {"votoDiploma", maybe(row->votoDiploma)},
            {"tipoTitoloDiploma", maybe(row->tipoTitoloDiploma)},
            {"annoSolareConseguimento", maybe(row->annoSolareConseguimento)},
            {"codiceRitorno", maybe(row->codiceRitorno)},
            {"messaggio", maybe(row->messaggio)}});
    }
    return {{"result", rows}};
}

json refusal(struct soap *soap) {
    if (soap->fault && soap->fault->faultcode) {
        const char *code = std::strrchr(soap->fault->faultcode, ':');
        const char *words = *soap_faultstring(soap);
        const bool ours = soap->error == SOAP_FAULT;  // else gSOAP made it up for an error of its own
        if (ours) {
            return {{"fault", {{"code", code ? code + 1 : soap->fault->faultcode},
                               {"text", words ? words : ""}}}};
        }
    }
    soap_set_fault(soap);
    const char *words = *soap_faultstring(soap);
    return {{"error", words ? words : ""}, {"status", soap->error}};
}

}  // namespace

json call(const json &job) {
    Session on(job);
    const std::string user = job.at("user"), password = job.at("password");
    const std::string service = job.at("service");
    json answers = json::array();
    for (const auto &one : job.at("calls")) {
        on.soap->userid = user.c_str();  // gSOAP forgets them after each call
        on.soap->passwd = password.c_str();
        Proxy proxy(on.soap);
        proxy.soap_endpoint = on.address.c_str();
        try {
            json found = service == "titoli"    ? titles(on, one.at("with"))
                         : service == "diplomi" ? diplomas(on, one.at("with"))
                                                : invoke(on, proxy, one);
            answers.push_back({{"result", found}});
        } catch (const Refused &) {
            answers.push_back(refusal(on.soap));
        }
    }
    return answers;
}
