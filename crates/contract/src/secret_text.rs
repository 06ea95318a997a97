//! Secrets of a fixed length: they can't be printed by accident, and are wiped from memory.

/// Makes a type for a secret of ASCII text with a fixed length. The type implements [`FromStr`](std::str::FromStr) to say which
/// texts are valid.
macro_rules! secret_text {
    ($(#[$doc:meta])* $name:ident, $length:ident, $title:literal, $pattern:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name([u8; $length]);

        impl $name {
            /// The text in clear. Callers are responsible for where it goes.
            pub fn reveal(&self) -> &str {
                // Only constructed by `from_str`, which only accepts ASCII.
                std::str::from_utf8(&self.0).unwrap_or_default()
            }
        }

        impl Drop for $name {
            fn drop(&mut self) {
                zeroize::Zeroize::zeroize(&mut self.0);
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(hidden)"))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.reveal())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let mut text = <String as serde::Deserialize>::deserialize(deserializer)?;
                let secret = text.parse().map_err(<D::Error as serde::de::Error>::custom);
                zeroize::Zeroize::zeroize(&mut text);
                secret
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::Type::String)
                    .description(Some($title))
                    .pattern(Some($pattern))
                    .min_length(Some($length))
                    .max_length(Some($length))
                    .into()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}
    };
}

pub(crate) use secret_text;
