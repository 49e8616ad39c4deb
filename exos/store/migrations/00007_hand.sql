-- +goose Up
-- table hand_mark: class identity
-- What a teacher gives for an answer that no machine marks. The latest; the journal says that there were others.
create table hand_mark (
  learner text not null,
  homework text not null,
  exercise text not null,
  points double precision not null,
  remark text not null,
  marked_at bigint not null,
  act text not null,
  primary key (learner, homework, exercise)
) /*sqlite: without rowid */;
create index hand_mark_by_homework on hand_mark (homework);
