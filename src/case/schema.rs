//! How `schemas/case.schema.json` is made: from the types of `case.toml`, the comments of the template and what is accepted
//! beyond a type. For tests alone, so that the program needs nothing of it.

use serde_json::{Value, json};

use super::file::{CaseFile, TEMPLATE};

const MOMENT: &str = r"^$|^\d{4}-\d{2}-\d{2} \d{2}:\d{2}$";

/// What a value must be, where its type does not say it; an empty text is one that is not filled in yet.
fn accepted() -> [(&'static str, Value); 10] {
    [
        ("/authority/listen_from", json!({"pattern": MOMENT})),
        ("/authority/send_from", json!({"pattern": MOMENT})),
        ("/authority/send_until", json!({"pattern": MOMENT})),
        ("/authority/listen_until", json!({"pattern": MOMENT})),
        ("/line/sim_number", json!({"pattern": r"^$|^[\d ]{10,}$"})),
        ("/people/test_phone", json!({"pattern": r"^[\d +().-]*$"})),
        ("/limits/jitter", json!({"maximum": 50})),
        ("/limits/hours", json!({"pattern": r"^\d{2}:\d{2}-\d{2}:\d{2}$"})),
        ("/limits/countries", json!({"items": {"type": "string", "pattern": r"^\+\d{1,3}$"}})),
        ("/after/review_on", json!({"pattern": r"^$|^\d{4}-\d{2}-\d{2}$"})),
    ]
}

fn made() -> Value {
    let settings =
        schemars::generate::SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let mut schema = settings.into_generator().into_root_schema_for::<CaseFile>().to_value();
    for (key, words) in comments() {
        add(&mut schema, &key, json!({"description": words}));
    }
    for (key, more) in accepted() {
        add(&mut schema, key, more);
    }
    schema
}

/// `/section/key` and the comment behind it, for every key of the template.
fn comments() -> Vec<(String, String)> {
    let mut section = "";
    let mut comments = Vec::new();
    for line in TEMPLATE.lines() {
        section = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(section);
        let Some((key, rest)) = line.split_once('=') else { continue };
        let words = rest.rsplit_once(" # ").map_or("", |(_, words)| words.trim_start_matches("(!) "));
        comments.push((format!("/{section}/{}", key.trim()), words.to_owned()));
    }
    comments
}

fn add(schema: &mut Value, key: &str, more: Value) {
    let place = key.replace('/', "/properties/");
    let property = schema.pointer_mut(&place).and_then(Value::as_object_mut).unwrap_or_else(|| panic!("{key}"));
    property.extend(more.as_object().unwrap().clone());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::file::SCHEMA;

    /// `SIGNPOST_WRITE_SCHEMA=1 cargo test --lib schema` writes it.
    #[test]
    fn the_schema_is_that_of_the_types_and_the_template() {
        let made = serde_json::to_string_pretty(&made()).unwrap() + "\n";
        if std::env::var_os("SIGNPOST_WRITE_SCHEMA").is_some() {
            std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/case.schema.json"), &made).unwrap();
        } else {
            assert_eq!(made, SCHEMA, "run it again with SIGNPOST_WRITE_SCHEMA=1");
        }
    }

    #[test]
    fn the_template_has_every_key_and_says_what_it_means() {
        let (schema, template) = (made(), comments());
        for (section, keys) in schema["properties"].as_object().unwrap() {
            for key in keys["properties"].as_object().unwrap().keys() {
                let found = template.iter().find(|(known, _)| *known == format!("/{section}/{key}"));
                assert!(found.is_some(), "{section}.{key} is not in the template");
            }
            assert_eq!(keys["additionalProperties"], false, "{section}");
        }
    }
}
