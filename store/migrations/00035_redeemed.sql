-- +goose Up
-- A code's redemption is one round trip: the hash of the access token that was asked for with it says whose it was. A row is written
-- again soon after it was made: where there is room on its page, no index need be touched.
/*postgres: alter table oidc_grant set (fillfactor = 75); */
alter table oidc_grant add column used_for text not null default '';

-- Each launch writes a token: one index less. Only the sweep asks by the grant, and finds a person's few by the key.
drop index oidc_token_by_grant;
