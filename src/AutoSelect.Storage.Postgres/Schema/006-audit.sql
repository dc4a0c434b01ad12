-- Who did what: entries are added, and neither changed nor removed by anybody who comes by this schema.
create table audit (
    number bigint generated always as identity primary key,
    project text collate "C" not null,
    entry json not null);
create index audit_by_project on audit (project, number);
create function audit_is_kept() returns trigger language plpgsql as
    $$ begin raise exception 'entries of the audit log are neither changed nor removed'; end $$;
create trigger audit_is_kept before update or delete or truncate on audit for each statement execute function audit_is_kept();
