package main

import "strings"

// The parts of the product, as make's targets name them.
var partNames = []string{"console", "partners", "sso", "catalogue", "exos", "offline"}

// measure is one benchmark function, how it is run, and the goals that its results are held against.
type measure struct {
	part  string
	pkg   string // from the module's root
	bench string // without "Benchmark"
	time  string // -benchtime
	count int    // -count: a figure is the median
	goals []goal
}

// goal is what a figure is held against.
type goal struct {
	name   string // of its bar; the engine comes last
	result string // as go test prints it, without "Benchmark" and the number of processors
	unit   string // of go test
	op     operator
	number float64
	in     string // the unit that number and bar are in
	from   string // who asks for it
}

// both is a goal on each engine: a star in name and result stands for the engine.
func both(g goal) []goal {
	var out []goal
	for _, engine := range []string{"sqlite", "postgres"} {
		one := g
		one.name, one.result = strings.ReplaceAll(g.name, "*", engine), strings.ReplaceAll(g.result, "*", engine)
		out = append(out, one)
	}
	return out
}

func and(lists ...[]goal) (out []goal) {
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}

// table is every goal that is stated somewhere: in an issue, in a decision, in a benchmark's comment.
var table = []measure{
	{"console", "store", "AssignClass30", "1s", 5, both(goal{
		"assign-class-30/*", "AssignClass30/*", "ns/op", atMost, 15, "ms", "a class of 30 gets its copies: planned, applied behind locks, journalled, durable",
	})},
	{"console", "store", "AssignSchool2000", "1s", 5, both(goal{
		"assign-school-2000/*", "AssignSchool2000/*", "ns/op", atMost, 150, "ms", "a school of 2,000 gets its copies in one act, durable",
	})},
	{"console", "store", "Dashboard", "1s", 3, and(
		both(goal{"console-first-page/*", "Dashboard/*/0", "ns/op", atMost, 30, "ms", "what the console's first page asks of a school of 3,000 persons with 40 resources and 20 standing assignments"}),
		both(goal{"console-first-page-among/*", "Dashboard/*/1000", "ns/op", atMost, 30, "ms", "the same among 1,000 other schools"}),
	)},
	{"console", "store", "ListRules", "1s", 3, both(goal{
		"list-rules-20/*", "ListRules/*", "ns/op", atMost, 30, "ms", "what the page of standing assignments asks of a school of 3,000 persons that has 20 of them",
	})},
	{"console", "store", "UndoSchool2000", "1s", 3, both(goal{
		"undo-school-2000/*", "UndoSchool2000/*", "ns/op", atMost, 300, "ms", "what gave a school of 2,000 its copies is undone, in twice what giving may take",
	})},
	{"console", "store", "AssignBatch", "2x", 3, and(
		both(goal{"plan-100000/*", "AssignBatch/*", "s/plan", atMost, 2, "s", "the plan of 40 resources for 2,500 persons"}),
		[]goal{
			{"assign-100000/sqlite", "AssignBatch/sqlite", "s/apply", atMost, 1, "s", "100,000 copies in one act, journalled, durable"},
			{"assign-100000/postgres", "AssignBatch/postgres", "s/apply", atMost, 1.5, "s", "the same on PostgreSQL"},
		},
		both(goal{"assign-of-bare-copy/*", "AssignBatch/*", "%/bare", atLeast, 30, "%", "the rate of INSERT … SELECT of as many rows, beside it"}),
		both(goal{"undo-of-assign/*", "AssignBatch/*", "x/undo", atMost, 2, "x", "what undoing those 100,000 takes, beside giving them"}),
	)},
	{"console", "store", "AssignHotPool", "3s", 3, []goal{
		{"hot-pool-of-locked-counter/postgres", "AssignHotPool/postgres", "x/locked", atLeast, 5, "x", "single assignments by 32 callers out of one pool, beside a row-locked counter"},
		{"hot-pool-p99/postgres", "AssignHotPool/postgres", "ms/p99", atMost, 50, "ms", "99 of 100 of them"},
	}},
	{"console", "store", "LargeSubscription", "20x", 3, both(goal{
		"large-subscription/*", "LargeSubscription/*", "x/small", atMost, 1.1, "x", "a page of holders and a class, of a subscription of 2,000,000 copies beside one of 2,000",
	})},
	{"console", "internal/worldtest", "Desk48", "1s", 5, both(goal{
		"mediacentre-48-cards/*", "Desk48/*", "ns/op", atMost, 3, "ms", "server time of a page of 48 cards: session, rights, catalogue, drawing",
	})},
	{"console", "internal/worldtest", "PopulationPage", "1s", 3, and(both(goal{
		"console-page-200/*", "PopulationPage/*/alone/nobody", "ns/op", atMost, 30, "ms", "server time of the console's page of 200 persons in a school of 3,000",
	}), both(goal{
		"console-page-200-among/*", "PopulationPage/*/among/nobody", "ns/op", atMost, 30, "ms", "the same in a database of many schools",
	}), both(goal{
		"console-page-200-chosen/*", "PopulationPage/*/alone/results", "ns/op", atMost, 30, "ms", "the same with 1,500 persons chosen one by one",
	}))},
	{"console", "internal/worldtest", "ConsolePages", "1x", 1, both(goal{
		"console-pages-of-one-school/*", "ConsolePages/*", "x/alone", atMost, 1.5, "x", "the page of the console that takes most more in a database of many schools, beside the same in one of its school",
	})},
	{"console", "internal/worldtest", "DemoStart", "1x", 9, []goal{
		{"demo-start-ready", "DemoStart/sqlite", "ms/ready", atMost, 300, "ms", "from the start of the program, on existing data, until its ports answer /readyz"},
		{"demo-start-told", "DemoStart/sqlite", "ms/told", atMost, 300, "ms", "the same until it says where everything is"},
	}},
	{"console", "internal/worldtest", "DemoMemory", "1x", 3, []goal{
		{"demo-memory-started", "DemoMemory/sqlite", "MB/started", atMost, 150, "MB", "resident memory of the demonstration, started on existing data"},
		{"demo-memory-viewed", "DemoMemory/sqlite", "MB/viewed", atMost, 150, "MB", "the same after 400 page views of both products, eight at once"},
	}},

	{"partners", "partners", "Put", "2000x", 5, both(goal{
		"partners-put/*", "Put/*", "put/s", atLeast, 1500, "put/s", "durable subscriptions over mutual TLS, 16 connections",
	})},
	{"partners", "partners", "List", "20x", 3, both(goal{
		"partners-list-5000/*", "List/*", "ns/op", atMost, 100, "ms", "GET /abonnements of 5,000",
	})},

	{"partners", "partners", "Resources", "6000x", 3, and(
		both(goal{"partners-resources/*", "Resources/*", "answers/s", atLeast, 2000, "answers/s",
			"what a person of 1,000,000 may open, 40 resources, gzipped, over mutual TLS, 16 connections"}),
		both(goal{"partners-resources-p99/*", "Resources/*", "ms/p99", atMost, 20, "ms", "the slowest of a hundred of these answers"}),
	)},

	{"partners", "partners", "Report", "5x", 3, []goal{
		{"partners-report-1M", "Report", "ns/op", atMost, 1, "s", "the report of 1,000,000 rights written, its lines given"},
	}},

	{"partners", "store", "Provision", "1x", 1, and(
		both(goal{"import-first-1M/*", "Provision/*", "s/first", atMost, 120, "s", "400 schools, 1,000,000 persons, read, validated, applied, durable"}),
		both(goal{"import-of-bare-load/*", "Provision/*", "%/bare", atLeast, 50, "%", "the speed of the same rows loaded bare, beside it"}),
		both(goal{"import-memory/*", "Provision/*", "MB/peak", atMost, 300, "MB", "peak of resident memory over both imports"}),
		both(goal{"import-next-day/*", "Provision/*", "s/next", atMost, 35, "s", "the next day's archive, 2 % of the pupils changed"}),
	)},
	{"partners", "internal/worldtest", "LaunchDuringImport", "1x", 3, and(
		both(goal{"launch-during-first-import/*", "LaunchDuringImport/*", "ms/p99-first", atMost, 100, "ms", "99 of 100 launches while schools of 2,500 come in for the first time"}),
		both(goal{"launch-during-import/*", "LaunchDuringImport/*", "ms/p99-next", atMost, 100, "ms", "the same while the next day's archive comes in"}),
	)},

	{"catalogue", "internal/worldtest", "Mediacentre", "1x", 3, and(
		both(goal{"mediacentre-pages/*", "Mediacentre/*", "pages/s", atLeast, 1000, "pages/s", "first 48 cards of pupils with 200 resources, among 1,000,000 persons and 8,000,000 assignments, two callers"}),
		both(goal{"mediacentre-page-p99/*", "Mediacentre/*", "ms/p99", atMost, 30, "ms", "99 of 100 of them"}),
		both(goal{"mediacentre-of-one-school/*", "Mediacentre/*", "x/alone", atMost, 1.1, "x", "what a page takes there, beside the same in a database of one school"}),
	)},
	{"catalogue", "store", "OrderToShelf", "20x", 3, both(goal{
		"order-to-shelf/*", "OrderToShelf/*", "ns/op", atMost, 1000, "ms", "from a distributor's delivery until a class of 30, served by a standing assignment, may open it",
	})},

	{"sso", "internal/worldtest", "LaunchByOpenID", "8s", 3, and(
		both(goal{"oidc-launch-es256/*", "LaunchByOpenID/*/ES256/8", "flows/s", atLeast, 900, "flows/s", "code and tokens, licence checked, durable, on two cores (decision 10)"}),
		both(goal{"oidc-of-lemonldap-es256/*", "LaunchByOpenID/*/ES256/8", "x/lemonldap", atLeast, 8, "x", "beside LemonLDAP::NG, which signs with RS256, in the same run"}),
		both(goal{"oidc-of-lemonldap-rs256/*", "LaunchByOpenID/*/RS256/8", "x/lemonldap", atLeast, 5, "x", "the same, signed with RSA"}),
		both(goal{"oidc-of-lemonldap-es256-32/*", "LaunchByOpenID/*/ES256/32", "x/lemonldap", atLeast, 8, "x", "32 callers at once"}),
		both(goal{"oidc-of-lemonldap-rs256-32/*", "LaunchByOpenID/*/RS256/32", "x/lemonldap", atLeast, 5, "x", "the same, signed with RSA"}),
	)},

	{"sso", "federation/saml", "Hostile", "5x", 3, []goal{
		{"saml-hostile-time", "Hostile", "ms/worst", atMost, 50, "ms", "the dearest of the messages that are refused"},
		{"saml-hostile-memory", "Hostile", "MB/worst", atMost, 50, "MB", "what refusing it allocates"},
	}},
	{"sso", "federation/signin", "Hostile", "5x", 3, []goal{
		{"portal-hostile-time", "Hostile", "ms/worst", atMost, 50, "ms", "the dearest of the words of a portal that are refused: answers, metadata, CAS"},
		{"portal-hostile-memory", "Hostile", "MB/worst", atMost, 50, "MB", "what refusing it allocates"},
	}},
	{"sso", "federation/cas", "Hostile", "5x", 3, []goal{
		{"cas-hostile-time", "Hostile", "ms/worst", atMost, 50, "ms", "the dearest of the questions in SAML 1.1 that are refused"},
		{"cas-hostile-memory", "Hostile", "MB/worst", atMost, 50, "MB", "what refusing it allocates"},
	}},

	{"sso", "internal/worldtest", "LaunchByCAS", "8s", 3, and(
		[]goal{
			{"cas-of-lemonldap/sqlite", "LaunchByCAS/sqlite/ES256/8", "x/lemonldap", atLeast, 10, "x", "ticket and validation, licence checked, durable, beside LemonLDAP::NG in the same run"},
			{"cas-of-lemonldap/postgres", "LaunchByCAS/postgres/ES256/8", "x/lemonldap", atLeast, 6, "x", "the same on PostgreSQL"},
			{"cas-of-lemonldap-32/sqlite", "LaunchByCAS/sqlite/ES256/32", "x/lemonldap", atLeast, 10, "x", "32 callers at once"},
			{"cas-of-lemonldap-32/postgres", "LaunchByCAS/postgres/ES256/32", "x/lemonldap", atLeast, 6, "x", "the same on PostgreSQL"},
		},
		both(goal{"cas-launch-p99/*", "LaunchByCAS/*/ES256/8", "ms/p99", atMost, 25, "ms", "the slowest of a hundred of these launches, eight callers at once"}),
	)},

	{"sso", "internal/worldtest", "LaunchBySAML", "8s", 3, and(
		both(goal{"saml-of-lemonldap/*", "LaunchBySAML/*/RS256/8", "x/lemonldap", atLeast, 10, "x", "a link and an assertion with one RSA-2048 signature, licence checked, durable, beside LemonLDAP::NG in the same run"}),
		both(goal{"saml-of-lemonldap-32/*", "LaunchBySAML/*/RS256/32", "x/lemonldap", atLeast, 10, "x", "32 callers at once"}),
		both(goal{"saml-of-signature/*", "LaunchBySAML/*/RS256/8", "%/signature", atLeast, 30, "%", "of what Go signs on all processors with that key"}),
	)},

	{"catalogue", "catalogue", "Import", "3x", 3, both(goal{
		"notices-import/*", "Import/*", "notices/s", atLeast, 333, "notices/s", "a harvest of 20,000 notices in 60 s",
	})},
	{"catalogue", "catalogue/harvest", "Harvest", "1x", 3, both(goal{
		"harvest-20000/*", "Harvest/*", "ns/op", atMost, 60, "s", "20,000 notices by OAI-PMH, 500 to a page, durable",
	})},
	{"catalogue", "catalogue", "Search", "3000x", 3, and(
		both(goal{"search-facets-p99/*", "Search/*/facets", "ms/p99", atMost, 20, "ms", "words and a level among 20,000 notices, all counts, 24 notices read"}),
		both(goal{"search-typing-p99/*", "Search/*/typing", "ms/p99", atMost, 8, "ms", "the beginning of a word, one letter or more"}),
	)},

	{"exos", "exos/qti", "Score", "1s", 5, []goal{
		{"exos-score", "Score", "items/s", atLeast, 50_000, "items/s", "typical exercises scored on one core"},
	}},
	{"exos", "exos/qti", "Import", "3x", 3, []goal{
		{"exos-import-1000", "Import", "ns/op", atMost, 10, "s", "a package of 1,000 exercises"},
	}},
	{"exos", "exos/store", "Answer", "3s", 3, and(
		both(goal{"exos-answer/*", "Answer/*/1", "ns/op", atMost, 5, "ms", "an answer's round trip in the server: cookie, rules, score, mark, durable"}),
		both(goal{"exos-answers/*", "Answer/*/64", "answers/s", atLeast, 1500, "answers/s", "answers of 64 pupils at once, durable, on two cores"}),
	)},
	{"exos", "internal/worldtest", "FirstExercise", "1x", 1, []goal{
		{"exos-first-usable", "FirstExercise", "ms/usable", atMost, 1500, "ms", "the first exercise can be answered: 4 x less processor, 1.6 Mbit/s, 150 ms, nothing cached"},
		{"exos-critical-path", "FirstExercise", "kB/critical", atMost, 60, "kB", "page, styles and scripts that it takes, compressed"},
	}},
	{"exos", "exos/qti/wasm", "DeviceProgram", "1x", 1, []goal{
		{"exos-device-program", "DeviceProgram", "MB/brotli", atMost, 0.75, "MB", "the scorer as a device fetches it, by brotli"},
	}},

	{"offline", "exos/store", "Away", "1x", 3, and(
		both(goal{"away-10000/*", "Away/*/one", "ns/op", atMost, 5, "s", "10,000 acts of one device, sent when the line is back"}),
		both(goal{"away-class/*", "Away/*/class", "events/s", atLeast, 3_000, "events/s", "of 32 devices at once: verified, scored, durable, on two cores"}),
	)},
}
