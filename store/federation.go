package store

import (
	"context"
	"encoding/hex"
	"encoding/json"

	"pupitre/federation"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/journal/journaldb"
)

// Federation is the federation's view of the database.
func (s *Store) Federation() federation.Store {
	return bound[federation.Reader, federation.Writer]{s,
		func(t journaldb.Tx) federation.Reader { return federationTx{t} },
		func(t journaldb.Tx) federation.Writer { return federationTx{t} }}
}

// federationTx asks and changes the federation's things inside a transaction.
type federationTx struct{ journaldb.Tx }

var _ federation.Writer = federationTx{}

const clientColumns = `c.id, c.sector, c.name, c.secret, c.redirects, c.signed_out, c.algorithm, c.refresh, c.resource, c.logout_url, c.events_url, c.services, c.saml, c.proof, c.lti, c.created_at`

func scanClient(row db.Row) (c federation.Client, err error) {
	var created int64
	var services, saml, proof, lti string
	err = row.Scan(&c.ID, &c.Sector, &c.Name, &c.Secret, (*texts)(&c.Redirects), (*texts)(&c.SignedOut), &c.Algorithm, &c.Refresh,
		&c.Resource, &c.LogoutURL, &c.EventsURL, &services, &saml, &proof, &lti, &created)
	c.Created = db.FromMicros(created)
	if err == nil && services != "[]" {
		err = json.Unmarshal([]byte(services), &c.Services)
	}
	if err == nil && saml != "" {
		err = json.Unmarshal([]byte(saml), &c.SAML)
	}
	if err == nil && proof != "{}" {
		err = json.Unmarshal([]byte(proof), &c.Proof)
	}
	if err == nil && lti != "" {
		err = json.Unmarshal([]byte(lti), &c.LTI)
	}
	return c, err
}

// FindClient implements federation.Reader.
func (t federationTx) FindClient(ctx context.Context, client federation.ClientID) (federation.Client, error) {
	return one(ctx, t.Tx, `select `+clientColumns+` from client c where c.id = $1`, []any{string(client)}, scanClient,
		fault.New(fault.NotFound, "federation.client.unknown"))
}

// Clients implements federation.Reader.
func (t federationTx) Clients(ctx context.Context) ([]federation.Client, error) {
	return list(ctx, t.Tx, `select `+clientColumns+` from client c order by c.id`, nil, scanClient)
}

// PutClient implements federation.Writer.
func (t federationTx) PutClient(ctx context.Context, act journal.ActID, c federation.Client) error {
	services, saml, entity := "[]", "", ""
	if len(c.Services) > 0 {
		text, err := json.Marshal(c.Services)
		if err != nil {
			return err
		}
		services = string(text)
	}
	if c.SAML != nil {
		text, err := json.Marshal(c.SAML)
		if err != nil {
			return err
		}
		saml, entity = string(text), c.SAML.EntityID
	}
	proof, err := json.Marshal(c.Proof)
	if err != nil {
		return err
	}
	lti := ""
	if c.LTI != nil {
		text, err := json.Marshal(c.LTI)
		if err != nil {
			return err
		}
		lti = string(text)
	}
	_, err = t.Exec(ctx, `
		insert into client (id, sector, name, secret, redirects, signed_out, algorithm, refresh, resource, logout_url, events_url, services, created_at, act, saml, entity, proof, lti)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $14, $12, $13, $15, $16, $17, $18)
		on conflict (id) do update set sector = $2, name = $3, secret = $4, redirects = $5, signed_out = $6, algorithm = $7,
			refresh = $8, resource = $9, logout_url = $10, events_url = $11, services = $14, act = $13, saml = $15, entity = $16, proof = $17, lti = $18`,
		string(c.ID), string(c.Sector), c.Name, string(c.Secret), texts(c.Redirects).String(), texts(c.SignedOut).String(),
		string(c.Algorithm), c.Refresh, c.Resource, c.LogoutURL, c.EventsURL, db.Micros(c.Created), string(act), services, saml, entity, string(proof), lti)
	return err
}

// DropClient implements federation.Writer.
func (t federationTx) DropClient(ctx context.Context, _ journal.ActID, client federation.ClientID) error {
	_, err := t.Exec(ctx, `delete from client where id = $1`, string(client))
	return err
}

// EndClient implements federation.Writer. It reads through what launches left, which is of all programs: it is done a few times a year.
func (t federationTx) EndClient(ctx context.Context, _ journal.ActID, client federation.ClientID) (sessions int, err error) {
	err = t.One(ctx, `select count(*) from visit v join session s on s.project = v.project and s.person = v.person and s.id = v.session
		where v.client = $1 and s.ended_at = 0`, []any{string(client)}, &sessions)
	for _, statement := range []string{
		`delete from oidc_token where (project, granted) in (select g.project, g.id from oidc_grant g where g.client = $1)`,
		`delete from oidc_grant where client = $1`,
		`delete from cas_ticket where client = $1`,
		`delete from cas_granting where client = $1`,
		`delete from saml_session where client = $1`,
		`delete from lti_launch where client = $1`,
		`delete from lti_token where client = $1`,
		`delete from push where client = $1`,
		`delete from visit where client = $1`,
	} {
		if err == nil {
			_, err = t.Exec(ctx, statement, string(client))
		}
	}
	return sessions, err
}

// Keys implements federation.Reader.
func (t federationTx) Keys(ctx context.Context) ([]federation.Key, error) {
	return list(ctx, t.Tx, `select algorithm, serial, id, private, certificate, signs_from from signing_key order by algorithm, serial`, nil,
		func(row db.Row) (k federation.Key, err error) {
			var private, certificate string
			var from int64
			if err := row.Scan(&k.Algorithm, &k.Serial, &k.ID, &private, &certificate, &from); err != nil {
				return k, err
			}
			k.From = db.FromMicros(from)
			if k.Public, err = hex.DecodeString(certificate); err != nil {
				return k, err
			}
			k.Private, err = hex.DecodeString(private)
			return k, err
		})
}

// AddKey implements federation.Writer.
func (t federationTx) AddKey(ctx context.Context, act journal.ActID, k federation.Key) error {
	_, err := t.Exec(ctx, `insert into signing_key (algorithm, serial, id, private, signs_from, act, certificate) values ($1, $2, $3, $4, $5, $6, $7)`,
		string(k.Algorithm), k.Serial, k.ID, hex.EncodeToString(k.Private), db.Micros(k.From), string(act), hex.EncodeToString(k.Public))
	return err
}

// DropKeys implements federation.Writer.
func (t federationTx) DropKeys(ctx context.Context, _ journal.ActID, a federation.Algorithm, below int) error {
	_, err := t.Exec(ctx, `delete from signing_key where algorithm = $1 and serial < $2`, string(a), below)
	return err
}

// attributes reads names of attributes that ids wrote.
type attributes []federation.Attribute

// Scan implements sql.Scanner.
func (a *attributes) Scan(v any) error {
	var names texts
	err := names.Scan(v)
	*a = nil
	for _, n := range names {
		*a = append(*a, federation.Attribute(n))
	}
	return err
}
