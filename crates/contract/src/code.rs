//! Enumerations of codes: a word on the wire, and what it means for the documentation.

/// Makes an enumeration of codes. One of a newer version is read as `Unknown`.
macro_rules! codes {
    ($(#[$doc:meta])* $type:ident { $($name:ident = $code:tt $when:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $type {
            $(#[doc = $when] #[serde(rename = $code)] $name,)*
            /// A code of a newer version.
            #[serde(other)]
            Unknown,
        }

        impl $type {
            /// Every code, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The code as it is on the wire.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                    Self::Unknown => "unknown",
                }
            }

            /// When it is sent and with which arguments, for the documentation.
            pub fn when(self) -> &'static str {
                match self {
                    $(Self::$name => $when,)*
                    Self::Unknown => "The server is newer than the client.",
                }
            }
        }
    };
}

pub(crate) use codes;
