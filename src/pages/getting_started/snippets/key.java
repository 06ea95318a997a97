import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;

class FirstCall {
    static final String BASE_URL = "@BASE_URL@";
    static final String USERNAME = "@USERNAME@";
    static final HttpClient CLIENT = HttpClient.newBuilder().cookieHandler(new CookieManager()).build();

    static String call(String method, String path, String body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(BASE_URL + path))
                .method(method, BodyPublishers.ofString(body))
                .header("Content-Type", "application/json")
                .build();
        return CLIENT.send(request, BodyHandlers.ofString()).body();
    }

    static String obfuscate(String key, String timestamp) {
        var high = timestamp.substring(timestamp.length() - 6);
        var low = String.format("%06d", Integer.parseInt(high) >> 1);
        var result = new StringBuilder();
        for (char digit : high.toCharArray()) result.append(key.charAt(digit - '0'));
        for (char digit : low.toCharArray()) result.append(key.charAt(digit - '0' + 2));
        return result.toString();
    }

    static String json(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    static String signIn() throws Exception {
        var now = String.valueOf(System.currentTimeMillis());
        return call("POST", "/authenticatedSession", "{\"apiKey\": " + json(obfuscate(System.getenv("KEYWARD_API_KEY"), now))
                + ", \"username\": " + json(USERNAME)
                + ", \"password\": " + json(System.getenv("KEYWARD_PASSWORD"))
                + ", \"timestamp\": " + json(now) + "}");
    }

    public static void main(String[] arguments) throws Exception {
        var answer = signIn();
        if (answer.contains("TIMESTAMP_UNUSABLE")) answer = signIn();
        if (!answer.contains("ADMIN_LOGIN")) throw new IllegalStateException(answer);
        System.out.println(call("GET", "/authenticatedSession", "")); // your calls go here
        System.out.println(call("DELETE", "/authenticatedSession", ""));
    }
}
