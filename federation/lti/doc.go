// Package lti is the LTI 1.3 platform (« plateforme LTI »): it turns an entry that federation decided into the words of LTI Advantage,
// for publishers' programs registered as tools. docs/protocols/lti.md says which clause lives where.
//
//	GET  /lti/launch      a person wants to open something: sent to the tool's login                (LTI 1.3 §4, Security Framework §5.1.1.1)
//	GET  /lti/authorize   the tool asks for the message: decided, signed, posted by the browser     (§5.1.1.2, §5.1.1.3)
//	GET  /lti/choose      a teacher goes to pick content for a class                                (Deep Linking 2.0 §2.1)
//	POST /lti/chosen      the tool's signed response; GET, the teacher is back: it is pinned        (§3.4.2)
//	POST /lti/token       a tool's own token, for its signed word                                   (Security Framework §4.1)
//	GET  /lti/contexts/…  who holds the resource in a class                                         (Names and Roles 2.0 §2.4)
//	     …/lineitems      columns of its gradebook, scores, results                                 (Assignment and Grade Services 2.0)
//
// The life of a message:
//
//	begun ──the tool's login──▶ asked for, once, within 60 s, from the browser it was begun in ──Enter──▶ signed, posted
//	  │
//	  └── another session's browser, another tool, wrong hints: burnt
//
// What goes out with a message is what federation released, and nothing beside it: no name, role or class that was not declared and
// allowed. A class is known to a tool by an id of its own (Context), for each resource another.
//
// It does not: registration by the tool itself (Dynamic Registration), messages in frames (a cookie of ours would have to be a third
// party's), LTI 1.1.
package lti
