//! Where the scope of an API role goes at identity providers, in their own words.

use leptos::prelude::*;

#[component]
pub(super) fn Instructions() -> AnyView {
    view! {
        <details class="instructions">
            <summary>"How to set the scope in your identity provider"</summary>
            <dl>
                <dt>"Microsoft Entra ID"</dt>
                <dd>
                    "Register an application for the API. Under App roles, create a role for applications whose value is the "
                    "scope. Add it to the client's registration under API permissions, and grant admin consent. The client asks for "
                    <code>"<Application ID URI>/.default"</code> ". JWKS location: "
                    <code>"https://login.microsoftonline.com/<tenant ID>/discovery/keys"</code> ". These keys are those of all "
                    "tenants, so set the issuer: " <code>"https://sts.windows.net/<tenant ID>/"</code>
                    ", unless the API's manifest asks for tokens of version 2. Tokens have the scope in " <code>"roles"</code> " and the client in " <code>"appid"</code> "."
                </dd>
                <dt>"Okta"</dt>
                <dd>
                    "Under Security, API, open a custom authorization server. Add the scope under Scopes, and under Access Policies a "
                    "policy with a rule that lets the client have it by Client Credentials. Discovery document: "
                    <code>"https://<domain>/oauth2/<server ID>/.well-known/oauth-authorization-server"</code>
                    ". Tokens have the scope in " <code>"scp"</code> " and the client in " <code>"cid"</code> "."
                </dd>
                <dt>"PingFederate"</dt>
                <dd>
                    "Under System, OAuth Settings, Scope Management, add the scope, and allow it to the client. Under Applications, OAuth, "
                    "Access Token Management, give the client an instance of JSON Web Tokens with an RSA or EC algorithm and the key ID "
                    "in the header. JWKS location: " <code>"https://<host>/ext/<JWKS endpoint path>"</code>
                    " of that instance. Tokens have the scope in " <code>"scope"</code> " and the client in "
                    <code>"client_id"</code> "."
                </dd>
            </dl>
        </details>
    }
    .into_any()
}
