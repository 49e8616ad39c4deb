-- +goose Up
-- Who was named, changed or withdrawn as manager or delegate is told with the acts on copies, which are of the ledger's class. What is
-- kept, and for how long, is the same.
update journal set class = 'ledger' where class = 'change'
  and verb in ('licensing.delegated', 'licensing.undelegated', 'directory.manager.named', 'directory.manager.confirmed', 'directory.manager.withdrawn');
