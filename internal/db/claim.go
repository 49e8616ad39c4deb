package db

import (
	"context"

	"pupitre/internal/fault"
)

// Claim makes a database one product's own, for ever: an empty one is marked with the product's name. One that is another
// product's, or that holds something else, is refused before anything is written in it: the two products' tables share names,
// and one would quietly take the other's for its own.
//
// Call it before Migrate. A database that was brought up before there was a mark is taken at its word.
func (d *DB) Claim(ctx context.Context, product string) error {
	return d.Write(ctx, func(ctx context.Context, t *Tx) error {
		if t.Engine == PostgreSQL { // one node at a time, as in Migrate
			if _, err := t.Exec(ctx, "select pg_advisory_xact_lock($1)", migrating); err != nil {
				return err
			}
		}
		tables, err := t.tables(ctx)
		if err != nil {
			return err
		}
		if tables["product"] {
			var owner string
			if err := t.One(ctx, "select name from product", nil, &owner); err != nil {
				return err
			}
			if owner != product {
				return fault.New(fault.Invalid, "db.product.other", "address", d.address, "owner", owner, "product", product)
			}
			return nil
		}
		if len(tables) > 0 && !tables["goose_db_version"] {
			return fault.New(fault.Invalid, "db.product.foreign", "address", d.address, "product", product)
		}
		if _, err := t.Exec(ctx, "create table product (name text primary key)"); err != nil {
			return err
		}
		_, err = t.Exec(ctx, "insert into product (name) values ($1)", product)
		return err
	})
}

// tables are the names of those that are there, the engine's own left out.
func (t *Tx) tables(ctx context.Context) (map[string]bool, error) {
	query := "select name from sqlite_schema where type = 'table' and name not like 'sqlite!_%' escape '!'"
	if t.Engine == PostgreSQL {
		query = "select tablename from pg_tables where schemaname = current_schema()"
	}
	names := map[string]bool{}
	err := t.Each(ctx, query, nil, func(row Row) error {
		var name string
		err := row.Scan(&name)
		names[name] = true
		return err
	})
	return names, err
}
