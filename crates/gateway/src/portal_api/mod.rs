//! The portal API, `/api/portal`, for the page in the browser. The whole route table is here.

mod account;
mod admins;
mod api_key;
mod api_roles;
mod api_sign_ins;
mod audit_log;
mod invitation;
mod key_usage;
mod oauth_servers;
mod orgs;
pub mod parameters;
mod roles;
mod sandbox_tokens;
mod session;
mod setup;
mod sso;

use axum::{Router, middleware};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    portal_auth::{denied, forgery},
    state::AppState,
};

/// The routes, with their description.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(setup::set_up))
        .routes(routes!(setup::read))
        .routes(routes!(session::read, session::sign_in, session::sign_out))
        .routes(routes!(session::give_password))
        .routes(routes!(sso::list))
        .routes(routes!(sso::begin))
        .routes(routes!(sso::callback))
        .routes(routes!(sso::logout))
        .routes(routes!(invitation::accept))
        .routes(routes!(invitation::read))
        .routes(routes!(account::change_password))
        .routes(routes!(account::sessions, account::end_other_sessions))
        .routes(routes!(account::end_session))
        .routes(routes!(orgs::list))
        .routes(routes!(orgs::overview))
        .routes(routes!(orgs::read))
        .routes(routes!(api_key::read, api_key::add, api_key::edit, api_key::delete))
        .routes(routes!(api_key::regenerate))
        .routes(routes!(api_key::confirm))
        .routes(routes!(api_key::reveal))
        .routes(routes!(api_sign_ins::failures))
        .routes(routes!(api_sign_ins::attempt))
        .routes(routes!(key_usage::read))
        .routes(routes!(oauth_servers::list, oauth_servers::add))
        .routes(routes!(oauth_servers::usage))
        .routes(routes!(oauth_servers::validate))
        .routes(routes!(oauth_servers::edit, oauth_servers::delete))
        .routes(routes!(oauth_servers::check_token))
        .routes(routes!(api_roles::list, api_roles::add))
        .routes(routes!(api_roles::edit, api_roles::delete))
        .routes(routes!(sandbox_tokens::list, sandbox_tokens::add))
        .routes(routes!(sandbox_tokens::find))
        .routes(routes!(sandbox_tokens::edit, sandbox_tokens::delete))
        .routes(routes!(sandbox_tokens::regenerate))
        .routes(routes!(sandbox_tokens::confirm))
        .routes(routes!(sandbox_tokens::reveal))
        .routes(routes!(sandbox_tokens::usage))
        .routes(routes!(roles::list, roles::add))
        .routes(routes!(roles::edit, roles::delete))
        .routes(routes!(admins::list, admins::invite))
        .routes(routes!(admins::change_role, admins::remove))
        .routes(routes!(admins::disable))
        .routes(routes!(admins::enable))
        .routes(routes!(admins::end_sessions))
        .routes(routes!(admins::renew_invitation))
        .routes(routes!(audit_log::read))
        .routes(routes!(audit_log::export))
}

/// The routes, ready to serve.
pub fn router(app: AppState) -> Router {
    let (router, _) = routes().split_for_parts();
    router
        .layer(middleware::from_fn_with_state(app.clone(), denied::audit_denied))
        .layer(middleware::from_fn_with_state(app.clone(), forgery::refuse_forged))
        .with_state(app)
}
