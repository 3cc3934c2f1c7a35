//! Pictures of hand-made views, as files under `tests/cases/picture/VIEW/`.

use scopec::picture::select::{self, Room};
use scopec::picture::view::{
    Edge, EdgeKind, Family, GroupId, GroupKind, Hidden, Node, NodeId, NodeKind, Reason, SourceLine,
    Verdict, View,
};
use scopec::picture::{FORMATS, format, text};

use crate::expect::{cases, expect_file};

fn at(file: &str, line: u32) -> SourceLine {
    SourceLine {
        file: file.to_owned(),
        line,
    }
}

/// A help desk's bot that can change the code that deploys the shop: every kind of edge and verdict.
pub fn story() -> View {
    let mut view = View::new("Delegation graph of acme");
    let prod = view.group(GroupKind::System, "prod");
    let code = view.group(GroupKind::System, "code");
    let support = view.group(GroupKind::Team, "support");
    let platform = view.group(GroupKind::Team, "platform");
    let node = |id: &str, label: &str, kind: NodeKind, system, team, line| Node {
        system,
        team,
        place: Some(at("support/helpdesk.scope", line)),
        ..Node::new(id, label, kind)
    };
    let customers = view.add(Node {
        place: None,
        ..node("anyone", "anyone", NodeKind::Anyone, None, None, 1)
    });
    let inbox = view.add(node(
        "channel:support@acme.example",
        "support@acme.example",
        NodeKind::Channel,
        None,
        Some(support),
        3,
    ));
    let bot = view.add(
        Node {
            tags: vec!["prod".to_owned(), "customer-data".to_owned()],
            ..node(
                "integration:helpdesk-bot",
                "helpdesk-bot",
                NodeKind::Agent,
                None,
                Some(support),
                9,
            )
        }
        .fact("owner", "support")
        .fact("purpose", "Answers tickets, and closes what is solved")
        .fact("expires", "2027-03-31"),
    );
    let repository = view.add(node(
        "code:code.repository(\"shop\")",
        "repository shop",
        NodeKind::Code,
        Some(code),
        Some(platform),
        14,
    ));
    let deploy = view.add(
        Node {
            tags: vec!["prod".to_owned()],
            ..node(
                "integration:deploy-web",
                "deploy-web",
                NodeKind::Workflow,
                None,
                Some(platform),
                21,
            )
        }
        .fact("owner", "platform"),
    );
    let role = view.add(Node {
        tags: vec!["prod".to_owned()],
        ..node(
            "identity:prod.iam.role(\"deploy\")",
            "role deploy",
            NodeKind::Identity,
            Some(prod),
            None,
            24,
        )
    });
    let secret = view.add(node(
        "secret:prod.secretsmanager.secret(\"billing\")",
        "secret billing",
        NodeKind::Secret,
        Some(prod),
        None,
        30,
    ));
    let billing = view.add(Node {
        incomplete: true,
        ..node(
            "integration:billing",
            "billing",
            NodeKind::Connector,
            None,
            Some(platform),
            33,
        )
    });
    let account = view.add(node(
        "scope:prod",
        "anything in prod",
        NodeKind::Scope,
        Some(prod),
        None,
        2,
    ));
    let admins = view.add(node(
        "principal:admins",
        "admins",
        NodeKind::Group,
        None,
        Some(platform),
        40,
    ));
    let mut edge = |from, to, kind, verdict, word: &str, why: &str, rule: &str, line| {
        view.connect(Edge {
            why: why.to_owned(),
            rule: rule.to_owned(),
            place: Some(at("support/helpdesk.scope", line)),
            unknown: match verdict {
                Verdict::Possible => {
                    vec!["whose credential `billing` keeps for other services".to_owned()]
                }
                Verdict::Proven | Verdict::Blocked => Vec::new(),
            },
            blocked_by: match verdict {
                Verdict::Blocked => vec!["approval \"two people\" on branch(\"main\")".to_owned()],
                Verdict::Proven | Verdict::Possible => Vec::new(),
            },
            also: match word {
                "escalation" => vec!["deploy-web may pass role deploy".to_owned()],
                _ => Vec::new(),
            },
            ..Edge::new(from, to, kind, verdict, word)
        });
    };
    let (controls, influences) = (EdgeKind::Controls, EdgeKind::Influences);
    let (proven, possible, blocked) = (Verdict::Proven, Verdict::Possible, Verdict::Blocked);
    edge(
        customers,
        inbox,
        influences,
        proven,
        "content",
        "anyone can write to it",
        "",
        3,
    );
    edge(
        inbox,
        bot,
        controls,
        proven,
        "content",
        "an agent does what it reads",
        "",
        10,
    );
    edge(
        bot,
        repository,
        controls,
        blocked,
        "code",
        "may push to branch main",
        "control push on branch gives code",
        12,
    );
    edge(
        bot,
        deploy,
        influences,
        proven,
        "trigger",
        "may start the workflow",
        "control dispatch on workflow gives trigger",
        13,
    );
    edge(
        repository,
        deploy,
        controls,
        proven,
        "code",
        "deploy-web runs from it",
        "",
        22,
    );
    edge(
        deploy,
        role,
        controls,
        proven,
        "identity",
        "deploy-web is role deploy",
        "",
        24,
    );
    edge(
        role,
        secret,
        controls,
        proven,
        "secret",
        "may read it",
        "control GetSecretValue on secret gives credential",
        26,
    );
    edge(
        secret,
        billing,
        controls,
        possible,
        "credential",
        "keeps the credential of billing",
        "",
        34,
    );
    edge(
        role,
        account,
        controls,
        proven,
        "escalation",
        "may attach any policy to itself",
        "control \"iam:AttachRolePolicy\" on role(R) gives admin of account through R",
        27,
    );
    edge(
        admins,
        role,
        controls,
        proven,
        "trust",
        "role deploy trusts admins",
        "",
        41,
    );
    edge(
        admins,
        account,
        controls,
        possible,
        "admin",
        "may be an administrator",
        "",
        42,
    );
    view
}

/// Names that every format must escape.
pub fn names() -> View {
    let mut view = View::new("A \"title\" with <b>, & and a\nline end; `code` #35; %%");
    let group = view.group(GroupKind::System, "sys \"q\" </g> & {x} \\");
    let labels = [
        "plain",
        "quote\"d \\",
        "<script>alert(1)</script>",
        "]]> --> --! %%{init: {}}%%",
        "line\nend\r\nand\ttab",
        "naïve Zürich 東京 🙂 ﷺ",
        "\u{202E}turned\u{202C}",
        "end",
        "&amp; &lt; &#35;",
        "a very long name that nobody would want to see in full in a picture of fifty nodes",
        "graph",
        "\u{0}nul \u{7f} del",
        "",
    ];
    let ids: Vec<NodeId> = labels
        .iter()
        .enumerate()
        .map(|(index, label)| {
            view.add(
                Node {
                    system: (index % 2 == 0).then_some(group),
                    tags: vec!["<tag>".to_owned(), "pii & \"more\"".to_owned()],
                    place: Some(at("a \"folder\"/<file>.scope", 1)),
                    ..Node::new(
                        format!("node:{index}:{label}"),
                        *label,
                        NodeKind::ALL[index],
                    )
                }
                .fact("purpose", "</script><script>alert(\"purpose\")</script>")
                .fact("owner", "<img src=x onerror=alert(1)>"),
            )
        })
        .collect();
    for pair in ids.windows(2) {
        view.connect(Edge {
            why: "because of </script> & \"quotes\"".to_owned(),
            rule: "control \"iam:*\" on role(R) gives R".to_owned(),
            unknown: vec!["<unknown>".to_owned()],
            ..Edge::new(
                pair[0],
                pair[1],
                EdgeKind::Controls,
                Verdict::Proven,
                "a|b \"c\" ]",
            )
        });
    }
    view.connect(Edge::new(
        ids[0],
        ids[0],
        EdgeKind::Influences,
        Verdict::Possible,
        "self",
    ));
    view
}

/// Numbers that look drawn by chance and never change (Knuth's multiplier for 64 bits).
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

/// An organisation of `count` nodes: teams with integrations, systems with what these act through.
pub fn organisation(count: usize) -> View {
    let words = [
        "invoice", "ledger", "deploy", "shop", "mail", "crm", "search", "audit", "backup", "report",
    ];
    let mut draw = Draw(7);
    let mut view = View::new(format!("An organisation of {count} nodes"));
    let systems: Vec<GroupId> = ["prod", "staging", "code", "books", "helpdesk"]
        .iter()
        .map(|name| view.group(GroupKind::System, *name))
        .collect();
    let teams: Vec<GroupId> = (0..(count / 12).clamp(3, 40))
        .map(|number| view.group(GroupKind::Team, format!("team-{number}")))
        .collect();
    let mut integrations = Vec::new();
    let mut held = Vec::new();
    for number in 0..count {
        let word = words[draw.below(words.len())];
        let team = Some(teams[draw.below(teams.len())]);
        if number % 5 < 3 {
            let kind = NodeKind::ALL[draw.below(5)];
            let label = format!("{word}-{}-{number}", kind.word());
            integrations.push(view.add(Node {
                team,
                tags: if draw.below(3) == 0 {
                    vec!["prod".to_owned()]
                } else {
                    Vec::new()
                },
                place: Some(at("teams/all.scope", u32::try_from(number + 1).unwrap())),
                ..Node::new(format!("integration:{label}"), label, kind)
            }));
        } else {
            let kind = NodeKind::ALL[9 + draw.below(4)];
            let label = format!("{} {word}-{number}", kind.word());
            held.push(view.add(Node {
                system: Some(systems[draw.below(systems.len())]),
                team,
                ..Node::new(format!("{}:{label}", kind.word()), label, kind)
            }));
        }
    }
    for (number, &from) in integrations.iter().enumerate() {
        let to = held[draw.below(held.len())];
        let verdict = Verdict::ALL[(draw.below(5) / 2).min(2)];
        view.connect(Edge {
            why: "may act as it".to_owned(),
            place: Some(at("teams/all.scope", u32::try_from(number + 1).unwrap())),
            ..Edge::new(from, to, EdgeKind::Controls, verdict, "identity")
        });
        if draw.below(3) == 0 {
            let other = integrations[draw.below(integrations.len())];
            view.connect(Edge::new(
                to,
                other,
                EdgeKind::Controls,
                Verdict::Proven,
                "secret",
            ));
        }
        if draw.below(6) == 0 {
            let other = integrations[draw.below(integrations.len())];
            view.connect(Edge::new(
                from,
                other,
                EdgeKind::Influences,
                Verdict::Proven,
                "trigger",
            ));
        }
    }
    view
}

/// Every format's picture of a view as a file.
fn pictures(name: &str, view: &View) {
    for format in FORMATS {
        let drawn = (format.draw)(view);
        assert_eq!(drawn, (format.draw)(view), "{name}: {}", format.name);
        assert!(drawn.ends_with('\n'), "{name}: {}", format.name);
        let file = cases("picture").join(name).join(file_name(format.name));
        expect_file(&file, &drawn);
    }
}

/// The name of the file that holds a view in a format: where two endings are the same, the format's.
fn file_name(format: &str) -> String {
    match format {
        "opengraph" => "opengraph.json".to_owned(),
        "mermaid" => "view.mmd".to_owned(),
        other => format!("view.{other}"),
    }
}

#[test]
fn a_story_in_every_format() {
    pictures("story", &story());
}

#[test]
fn names_are_escaped_in_every_format() {
    pictures("names", &names());
}

#[test]
fn fifty_nodes_in_every_format() {
    pictures("fifty", &organisation(50));
}

#[test]
fn nothing_at_all_in_every_format() {
    pictures("empty", &View::new("Nothing"));
}

#[test]
fn two_thousand_nodes_are_drawn_with_what_is_left_out_said() {
    let view = organisation(2000);
    for format in FORMATS {
        let drawn = (format.draw)(&view);
        assert!(drawn.len() > 1000, "{}", format.name);
        assert_eq!(drawn, (format.draw)(&view), "{}", format.name);
    }
    let mermaid = (format("mermaid").unwrap().draw)(&view);
    assert!(mermaid.contains("drawn inside others"), "{mermaid}");
}

#[test]
fn formats_have_names_of_their_own() {
    for (index, one) in FORMATS.iter().enumerate() {
        assert!(std::ptr::eq(format(one.name).unwrap(), *one));
        assert!(FORMATS[..index].iter().all(|other| other.name != one.name));
    }
    assert!(format("png").is_none());
}

fn labels(view: &View) -> Vec<&str> {
    view.nodes.iter().map(|node| &*node.label).collect()
}

#[test]
fn focus_keeps_what_is_near_in_both_directions() {
    let view = story();
    let [bot] = view.find("helpdesk-bot")[..] else {
        panic!("one node has that label");
    };
    let near = select::focus(&view, bot, 1);
    assert_eq!(
        labels(&near),
        [
            "support@acme.example",
            "helpdesk-bot",
            "repository shop",
            "deploy-web"
        ]
    );
    assert_eq!(near.edges.len(), 4);
    assert_eq!(
        near.hidden,
        [Hidden {
            reason: Reason::Focus {
                on: "helpdesk-bot".to_owned(),
                depth: 1
            },
            nodes: 6,
            edges: 7
        }]
    );
    assert_eq!(
        near.notes(),
        ["not drawn: 6 nodes and 7 edges more than 1 edge from helpdesk-bot"]
    );
    assert_eq!(labels(&select::focus(&view, bot, 0)), ["helpdesk-bot"]);
    let all = select::focus(&view, bot, usize::MAX);
    assert_eq!((all.nodes, all.edges), (view.nodes, view.edges));
    assert_eq!(all.hidden[0].nodes + all.hidden[0].edges, 0);
}

#[test]
fn a_node_is_found_by_its_id_before_any_label() {
    let mut view = View::new("");
    view.add(Node::new("a", "b", NodeKind::Agent));
    view.add(Node::new("b", "c", NodeKind::Agent));
    view.add(Node::new("d", "c", NodeKind::Agent));
    assert_eq!(view.find("b"), [NodeId(1)]);
    assert_eq!(view.find("c"), [NodeId(1), NodeId(2)]);
    assert_eq!(view.find("x"), []);
    view.add(Node::new("secret:p.s(\"a\")", "c", NodeKind::Secret));
    assert_eq!(view.find("c"), [NodeId(1), NodeId(2)], "parties come first");
    assert_eq!(view.find("p.s(\"a\")"), [NodeId(3)]);
}

#[test]
fn collapse_says_how_many_nodes_one_stands_for() {
    let view = story();
    let by_team = select::collapse(&view, GroupKind::Team);
    assert_eq!(
        labels(&by_team),
        [
            "anyone",
            "support",
            "platform",
            "role deploy",
            "secret billing",
            "anything in prod"
        ]
    );
    let counts: Vec<usize> = by_team.nodes.iter().map(|node| node.stands_for).collect();
    assert_eq!(counts, [1, 2, 4, 1, 1, 1]);
    assert_eq!(by_team.nodes[1].tags, ["customer-data", "prod"]);
    assert!(by_team.nodes[2].incomplete, "one in it is");
    assert_eq!(
        by_team.hidden[0].sentence(),
        "drawn inside others: 6 nodes and 2 edges, one node a team"
    );
    // Twice is not more than once: a group of one stays what it is.
    let again = select::collapse(&by_team, GroupKind::System);
    assert_eq!(labels(&again), ["anyone", "support", "platform", "prod"]);
    assert_eq!(again.nodes[3].stands_for, 3);
}

#[test]
fn parallel_edges_become_one_with_a_count() {
    let mut view = View::new("");
    let team = view.group(GroupKind::Team, "t");
    let member = |id: &str| Node {
        team: Some(team),
        ..Node::new(id, id, NodeKind::Agent)
    };
    let (a, b) = (view.add(member("a")), view.add(member("b")));
    let out = view.add(Node::new("out", "out", NodeKind::Human));
    for from in [a, b, a] {
        view.connect(Edge::new(
            from,
            out,
            EdgeKind::Controls,
            Verdict::Proven,
            "code",
        ));
    }
    view.connect(Edge::new(
        a,
        out,
        EdgeKind::Influences,
        Verdict::Proven,
        "code",
    ));
    view.connect(Edge::new(a, b, EdgeKind::Controls, Verdict::Proven, "code"));
    view.connect(Edge::new(
        out,
        out,
        EdgeKind::Controls,
        Verdict::Proven,
        "code",
    ));
    let whole = select::collapse(&view, GroupKind::Team);
    let counts: Vec<usize> = whole.edges.iter().map(|edge| edge.count).collect();
    assert_eq!(counts, [3, 1, 1]);
    assert_eq!((whole.hidden[0].nodes, whole.hidden[0].edges), (2, 1));
}

#[test]
fn what_has_no_room_goes_and_is_counted() {
    let view = organisation(200);
    let room = Room {
        nodes: 20,
        edges: 15,
    };
    let fitted = select::fit(&view, room);
    assert!(fitted.nodes.len() <= 20 && fitted.edges.len() <= 15);
    assert!(!fitted.nodes.is_empty());
    let gone: usize = fitted
        .hidden
        .iter()
        .filter(|hidden| hidden.reason == Reason::Crowd)
        .map(|hidden| hidden.nodes)
        .sum();
    let there: usize = fitted.nodes.iter().map(|node| node.stands_for).sum();
    assert_eq!(there + gone, 200);
    let same = select::fit(
        &view,
        Room {
            nodes: 200,
            edges: 1000,
        },
    );
    assert_eq!(same, view);
}

#[test]
fn a_view_takes_nothing_that_dangles() {
    let mut view = View::new("");
    let node = view.add(Node {
        team: Some(GroupId(3)),
        ..Node::new("a", "a", NodeKind::Agent)
    });
    assert_eq!(view.nodes[0].team, None);
    view.connect(Edge::new(
        node,
        NodeId(1),
        EdgeKind::Controls,
        Verdict::Proven,
        "code",
    ));
    assert_eq!(view.edges, []);
}

#[test]
fn text_is_measured_and_shortened() {
    assert_eq!(text::line("a\r\nb\tc\u{202E}d"), "a b c\u{FFFD}d");
    assert!(text::width("WWW", 10.0) > text::width("iii", 10.0));
    assert!(text::width("東京", 10.0) >= 20.0);
    assert_eq!(text::shortened("short", 10.0, 100.0), "short");
    let cut = text::shortened("a rather long name", 10.0, 60.0);
    assert!(cut.ends_with('…') && text::width(&cut, 10.0) <= 60.0);
}

#[test]
fn every_word_is_said_once() {
    let mut words: Vec<&str> = NodeKind::ALL.iter().map(|kind| kind.word()).collect();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), NodeKind::ALL.len());
    for family in Family::ALL {
        assert!(NodeKind::ALL.iter().any(|kind| kind.family() == family));
    }
}
