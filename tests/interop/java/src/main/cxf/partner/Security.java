// SPDX-License-Identifier: EUPL-1.2
package partner;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.xml.ws.BindingProvider;
import java.io.ByteArrayInputStream;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.HashMap;
import java.util.List;
import javax.security.auth.callback.CallbackHandler;
import org.apache.cxf.frontend.ClientProxy;
import org.apache.cxf.interceptor.Interceptor;
import org.apache.cxf.jaxws.EndpointImpl;
import org.apache.cxf.message.Message;
import org.apache.cxf.ws.security.wss4j.DefaultCryptoCoverageChecker;
import org.apache.cxf.ws.security.wss4j.WSS4JInInterceptor;
import org.apache.cxf.ws.security.wss4j.WSS4JOutInterceptor;
import org.apache.wss4j.common.ConfigurationConstants;
import org.apache.wss4j.common.WSS4JConstants;
import org.apache.wss4j.common.crypto.Crypto;
import org.apache.wss4j.common.crypto.Merlin;
import org.apache.wss4j.common.ext.WSPasswordCallback;

/** WS-Security as section 7 of the protocol profile has it, by WSS4J: shown and demanded. */
final class Security {
    private static final String TOKEN_TOO = "UsernameToken Timestamp Signature";
    private static final String SIGNATURE = "Timestamp Signature";

    private final JsonNode told;
    private final Crypto ours;
    private final Crypto theirs;
    private final CallbackHandler passwords;

    Security(JsonNode told) throws Exception {
        this.told = told;
        var secret = told.get("keyPassword").asText();
        var keys = KeyStore.getInstance("PKCS12");
        keys.load(new ByteArrayInputStream(told.get("key").binaryValue()), secret.toCharArray());
        var known = KeyStore.getInstance("PKCS12");
        known.load(null, null);
        known.setCertificateEntry("peer", CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(told.get("trusted").binaryValue())));
        var own = new Merlin();
        own.setKeyStore(keys);
        var peer = new Merlin(); // apart from our own key, or that one would be trusted too
        peer.setTrustStore(known);
        ours = own;
        theirs = peer;
        passwords = callbacks -> {
            for (var callback : callbacks) {
                var asked = (WSPasswordCallback) callback;
                if (asked.getUsage() == WSPasswordCallback.SIGNATURE) {
                    asked.setPassword(secret);
                } else if (told.get("user").asText().equals(asked.getIdentifier())) {
                    asked.setPassword(told.get("password").asText());
                }
            }
        };
    }

    /** Lets a client show a token and a signature, and believe signed answers only. */
    void tune(Object port) {
        var context = ((BindingProvider) port).getRequestContext();
        context.remove(BindingProvider.USERNAME_PROPERTY); // the message itself proves who sends it
        context.remove(BindingProvider.PASSWORD_PROPERTY);
        var client = ClientProxy.getClient(port);
        client.getOutInterceptors().add(shows(told.path("shows").asText(TOKEN_TOO)));
        for (var way : List.of(client.getInInterceptors(), client.getInFaultInterceptors())) {
            demand(way, SIGNATURE);
        }
    }

    /** Lets a server demand a token and a signature, and sign its answers and faults. */
    void secure(EndpointImpl endpoint) {
        demand(endpoint.getInInterceptors(), TOKEN_TOO);
        for (var way : List.of(endpoint.getOutInterceptors(), endpoint.getOutFaultInterceptors())) {
            way.add(shows(SIGNATURE));
        }
    }

    // [snippet wss4j]
    private WSS4JOutInterceptor shows(String actions) {
        var how = new HashMap<String, Object>();
        how.put(ConfigurationConstants.ACTION, actions); // the signature last
        how.put(ConfigurationConstants.USER, told.get("user").asText());
        how.put(ConfigurationConstants.PASSWORD_TYPE, WSS4JConstants.PW_DIGEST);
        how.put(ConfigurationConstants.PW_CALLBACK_REF, passwords);
        how.put(ConfigurationConstants.SIGNATURE_USER, told.get("alias").asText());
        how.put(ConfigurationConstants.SIG_PROP_REF_ID, "ours");
        how.put("ours", ours);
        how.put(ConfigurationConstants.SIG_KEY_ID, "DirectReference");
        how.put(ConfigurationConstants.SIG_ALGO, told.get("method").asText());
        how.put(ConfigurationConstants.SIG_DIGEST_ALGO, WSS4JConstants.SHA256);
        how.put(ConfigurationConstants.SIGNATURE_PARTS, // without it, the Body alone
            "{Element}{" + WSS4JConstants.URI_SOAP11_ENV + "}Body;"
                + "{Element}{" + WSS4JConstants.WSU_NS + "}Timestamp");
        return new WSS4JOutInterceptor(how);
    }

    private void demand(List<Interceptor<? extends Message>> way, String actions) {
        var what = new HashMap<String, Object>();
        what.put(ConfigurationConstants.ACTION, actions);
        what.put(ConfigurationConstants.PASSWORD_TYPE, WSS4JConstants.PW_DIGEST);
        what.put(ConfigurationConstants.PW_CALLBACK_REF, passwords);
        what.put(ConfigurationConstants.SIG_VER_PROP_REF_ID, "theirs");
        what.put("theirs", theirs);
        way.add(new WSS4JInInterceptor(what));
        var covered = new DefaultCryptoCoverageChecker(); // Body and Timestamp, not any element
        covered.setEncryptUsernameToken(false);
        way.add(covered);
    }
    // [end]
}
