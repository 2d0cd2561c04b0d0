// SPDX-License-Identifier: EUPL-1.2
package partner;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.module.jakarta.xmlbind.JakartaXmlBindAnnotationModule;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Takes a job as one line of JSON, does it, and prints what came of it as one line of JSON. */
public final class Main {
    static final ObjectMapper JSON =
        new ObjectMapper().registerModule(new JakartaXmlBindAnnotationModule());

    public static void main(String[] args) throws Exception {
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err); // the libraries may print; our answer is one line
        JsonNode job = JSON.readTree(in.readLine());
        if (job.get("do").asText().equals("call")) {
            out.println(JSON.writeValueAsString(new Client(job).run()));
        } else {
            Servers.publish(job);
            out.println("{\"ready\": true}");
            while (in.readLine() != null) { }
        }
        System.exit(0);
    }
}
