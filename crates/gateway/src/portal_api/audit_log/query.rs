//! The query of the audit log, with an error for each parameter that isn't valid.

use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};
use keyward_contract::{AuditLogFilter, FieldCode, FieldError, ProblemCode};
use serde_json::{Map, Value};

use crate::{http::problem::Problem, state::AppState, store::audit::audit_log_rows::Part};

const LIMIT: u32 = 100;
const LIMIT_MAX: u32 = 200;

/// Which rows, and which part of them.
pub struct Paged {
    pub(super) filter: AuditLogFilter,
    pub(super) part: Part,
    pub(super) limit: u32,
}

/// Which rows: all of them.
pub struct Unpaged(pub(super) AuditLogFilter);

impl FromRequestParts<AppState> for Paged {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Problem> {
        let mut given = Given::of(parts, app).await?;
        let before = given.number("before", 1..=i64::MAX, || {
            FieldError::from(FieldCode::Unreadable).saying("It must be the id of a row.")
        });
        let after = given.number("after", 0..=i64::MAX, || {
            FieldError::from(FieldCode::Unreadable).saying("It must be the id of a row, or 0.")
        });
        if before.is_some() && after.is_some() {
            given.is_wrong("after", FieldError::new("Not together with before."));
        }
        let limit = given.number("limit", 1..=LIMIT_MAX.into(), || FieldError::out_of_range(1, LIMIT_MAX));
        Ok(Self {
            filter: given.filter()?,
            part: after.map_or(Part::Before(before.unwrap_or(i64::MAX)), Part::After),
            limit: limit.and_then(|limit| limit.try_into().ok()).unwrap_or(LIMIT),
        })
    }
}

impl FromRequestParts<AppState> for Unpaged {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Problem> {
        Given::of(parts, app).await?.filter().map(Self)
    }
}

/// The parameters not read yet, and the errors so far.
struct Given {
    parameters: Vec<(String, String)>,
    problem: Option<Problem>,
}

impl Given {
    async fn of(parts: &mut Parts, app: &AppState) -> Result<Self, Problem> {
        let query = Query::<Vec<(String, String)>>::from_request_parts(parts, app).await;
        let Query(parameters) = query.map_err(|_| Problem::new(ProblemCode::InvalidInput))?;
        Ok(Self {
            parameters,
            problem: None,
        })
    }

    fn is_wrong(&mut self, name: &str, error: impl Into<FieldError>) {
        let problem = self
            .problem
            .take()
            .unwrap_or_else(|| Problem::new(ProblemCode::InvalidInput));
        self.problem = Some(problem.field(name, error));
    }

    fn number(
        &mut self,
        name: &str,
        range: std::ops::RangeInclusive<i64>,
        wrong: impl Fn() -> FieldError,
    ) -> Option<i64> {
        let at = self.parameters.iter().position(|(it, _)| it == name)?;
        let (_, text) = self.parameters.swap_remove(at);
        let number = text.parse().ok().filter(|number| range.contains(number));
        if number.is_none() {
            self.is_wrong(name, wrong());
        }
        number
    }

    fn filter(mut self) -> Result<AuditLogFilter, Problem> {
        let mut fields = Map::new();
        for (name, text) in std::mem::take(&mut self.parameters) {
            let one = |text: String| Map::from_iter([(name.clone(), Value::String(text))]);
            let known = serde_json::from_value::<AuditLogFilter>(Value::Object(one(text.clone())));
            if fields.contains_key(&name) {
                self.is_wrong(&name, FieldCode::GivenTwice);
            } else if let Err(error) = known {
                // The accepted values; the given one isn't repeated.
                let allowed = error.to_string();
                let allowed = allowed.split_once("expected ").map_or("", |(_, allowed)| allowed);
                let text = format!("This can't be read. Expected: {allowed}");
                self.is_wrong(&name, FieldError::from(FieldCode::Unreadable).saying(text));
            } else {
                fields.extend(one(text));
            }
        }
        match self.problem {
            Some(problem) => Err(problem),
            None => serde_json::from_value(Value::Object(fields)).map_err(|_| Problem::new(ProblemCode::InvalidInput)),
        }
    }
}
