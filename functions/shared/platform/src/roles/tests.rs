//! What the table promises, said a second time, and the docs page that is written from it.
use std::fmt::Write as _;

use serde_json::json;

use super::*;

/// The page, from the root of this crate.
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../docs/roles.md");

#[test]
fn groups_are_read_in_every_spelling() {
    let roles = [Role::ArOperator, Role::Viewer];
    for claim in [
        json!("ar_operator,viewer"),
        json!("[ar_operator viewer]"),
        json!("[ar_operator, viewer]"),
        json!(["ar_operator", "viewer"]),
        json!("viewer,stranger,ar_operator,viewer"),
    ] {
        assert_eq!(Roles::of_claim(&claim).iter().collect::<Vec<_>>(), roles, "{claim}");
    }
    for claim in [
        json!("[]"),
        json!(""),
        json!([]),
        json!(null),
        json!(["Admin", " admin", "admin ", 1, null, ["admin"]]),
        json!("Admin"),
        json!("stranger"),
        json!({ "admin": true }),
    ] {
        assert_eq!(Roles::of_claim(&claim), Roles::default(), "{claim}");
    }
}

#[test]
fn every_role_and_task_is_listed_once() {
    assert!(Role::ALL.is_sorted(), "in the order of the enum, each once");
    assert!(Task::ALL.is_sorted(), "in the order of the enum, each once");
    let groups: BTreeSet<&str> = Role::ALL.into_iter().map(Role::group).collect();
    assert_eq!(groups.len(), Role::ALL.len());
    for role in Role::ALL {
        assert_eq!(Role::of_group(role.group()), Some(role));
    }
}

#[test]
fn faults_row_56_each_role_may_what_the_table_says_and_no_more() {
    // One letter per task, in the order of the enum; a dot is a refusal.
    let all = "roiISLPcwdsWpanNO";
    for (role, allowed) in [
        (Role::Admin, "roiISLPcwdsWpanNO"),
        (Role::Controller, "r..I..Pcwds.panNO"),
        (Role::ArManager, "roiISLPcwds..anNO"),
        (Role::ArOperator, "roiISLPcwds...nNO"),
        (Role::Sales, "r......c........O"),
        (Role::Csm, "r......c........O"),
        (Role::Legal, "r.....Pcwds..an.O"),
        (Role::BillingAdmin, "r..ISLPcw.s...nNO"),
        (Role::Viewer, "r.....Pc..s..an.O"),
    ] {
        let may: String = Task::ALL
            .into_iter()
            .zip(all.chars())
            .map(|(task, letter)| if role.may(task) { letter } else { '.' })
            .collect();
        assert_eq!(may, allowed, "{role:?}");
        let both = Roles::of_groups([role.group(), "stranger"]);
        for task in Task::ALL {
            assert_eq!(both.may(task), role.may(task), "{role:?} {task:?}");
            assert!(!Roles::default().may(task), "{task:?} without a role");
        }
    }
}

#[test]
fn only_the_controller_and_legal_exceed_the_limit() {
    for (roles, exceeds) in [
        (&["controller"][..], true),
        (&["legal"], true),
        (&["viewer", "controller"], true),
        (&["admin", "ar_manager", "ar_operator", "billing_admin"], false),
        (&[], false),
    ] {
        let roles = Roles::of_groups(roles.iter().copied());
        assert_eq!(roles.may_exceed_limit(), exceeds, "{roles:?}");
    }
}

#[test]
fn no_endpoint_is_listed_twice_and_each_can_be_called_by_somebody() {
    let mut seen = BTreeSet::new();
    for endpoint in ENDPOINTS {
        assert!(seen.insert((endpoint.method, endpoint.path)), "{endpoint:?} twice");
        assert!(!endpoint.tasks.is_empty(), "{endpoint:?}");
    }
    for task in Task::ALL {
        let asked = ENDPOINTS.iter().any(|endpoint| endpoint.tasks.contains(&task));
        assert!(asked, "no endpoint asks for {task:?}");
    }
}

/// Written anew with `UPDATE_DOCS=1 cargo test -p plixo-platform roles`.
#[test]
fn the_docs_page_is_the_table() {
    let page = page();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(PAGE, &page).unwrap();
    }
    let there = std::fs::read_to_string(PAGE).unwrap_or_default();
    assert!(there == page, "docs/roles.md is not the table: set UPDATE_DOCS=1 and run this again");
}

fn page() -> String {
    let mut page = String::from(
        "# Who may do what\n\n\
         Written from `functions/shared/platform/src/roles.rs` by its tests; change it there.\n\
         An operator's roles are groups of the Cognito pool, and several add up. A group that\n\
         is not in the table gives no right, and nor does being signed in. A ● allows the\n\
         task; an empty cell is a 403. A role that was given or taken away counts from the\n\
         operator's next token on: within the hour.\n\n\
         Whatever the role, an operator sees one tenant only. Another tenant's object is\n\
         answered 404, as one that does not exist, and the attempt is counted. The console\n\
         shows what a role may do; what is refused, the API refuses, whoever calls it.\n\n\
         | Task | What it is |",
    );
    for role in Role::ALL {
        let _ = write!(page, " {} |", role.title());
    }
    page.push_str("\n|---|---|");
    page.push_str(&":-:|".repeat(Role::ALL.len()));
    for task in Task::ALL {
        let _ = write!(page, "\n| `{task:?}` | {} |", task.title());
        for role in Role::ALL {
            page.push_str(if role.may(task) { " ● |" } else { "  |" });
        }
    }
    page.push_str("\n| | Approve a plan over the seller's limit |");
    for role in Role::ALL {
        let may = role.may_exceed_limit() && role.may(Task::DecideCases);
        page.push_str(if may { " ● |" } else { "  |" });
    }
    page.push_str("\n\n## Groups\n\n| Role | Group |\n|---|---|\n");
    for role in Role::ALL {
        let _ = writeln!(page, "| {} | `{}` |", role.title(), role.group());
    }
    page.push_str(
        "\n## What each endpoint asks for\n\n\
         Where two tasks stand, either lets the caller in, and the endpoint answers 403 to\n\
         the part that the other one is for. Approving a plan over the limit is a 403 for\n\
         whoever may decide cases but has no ● in the last line of the table.\n\n\
         | Method | Path | Task |\n|---|---|---|\n",
    );
    for Endpoint { method, path, tasks } in ENDPOINTS {
        let tasks: Vec<String> = tasks.iter().map(|task| format!("`{task:?}`")).collect();
        let _ = writeln!(page, "| {method} | `{path}` | {} |", tasks.join(" or "));
    }
    page
}
