-- One statement a paragraph. The words of a trigger end with END, so that `;` may stand inside.

CREATE TRIGGER search_business_insert AFTER INSERT ON registry_business BEGIN
  INSERT INTO registry_searchentry (business_id, own, owner_name, number)
  VALUES (
    new.id,
    UPPER(new.name || CHAR(10) || new.products || CHAR(10) || new.nib),
    COALESCE((SELECT UPPER(name) FROM registry_owner WHERE id = new.owner_id), ''),
    ''
  );
END

CREATE TRIGGER search_business_update AFTER UPDATE OF name, products, nib ON registry_business
WHEN old.name <> new.name OR old.products <> new.products OR old.nib <> new.nib BEGIN
  UPDATE registry_searchentry SET own = UPPER(new.name || CHAR(10) || new.products || CHAR(10) || new.nib)
  WHERE business_id = new.id;
END

CREATE TRIGGER search_business_owner AFTER UPDATE OF owner_id ON registry_business
WHEN old.owner_id IS NOT new.owner_id BEGIN
  UPDATE registry_searchentry
  SET owner_name = COALESCE((SELECT UPPER(name) FROM registry_owner WHERE id = new.owner_id), '')
  WHERE business_id = new.id;
END

CREATE TRIGGER search_business_delete AFTER DELETE ON registry_business BEGIN
  DELETE FROM registry_searchentry WHERE business_id = old.id;
END

CREATE TRIGGER search_owner_update AFTER UPDATE OF name ON registry_owner WHEN old.name <> new.name BEGIN
  UPDATE registry_searchentry SET owner_name = UPPER(new.name)
  WHERE business_id IN (SELECT id FROM registry_business WHERE owner_id = new.id);
END

CREATE TRIGGER search_number_insert AFTER INSERT ON registry_registration WHEN new.number <> '' BEGIN
  UPDATE registry_searchentry SET number = UPPER(new.number) WHERE business_id = new.business_id;
END

CREATE TRIGGER search_number_update AFTER UPDATE OF number, business_id ON registry_registration
WHEN old.number <> new.number OR old.business_id <> new.business_id BEGIN
  UPDATE registry_searchentry SET number = '' WHERE business_id = old.business_id AND number <> '';
  UPDATE registry_searchentry SET number = UPPER(new.number) WHERE business_id = new.business_id;
END

CREATE TRIGGER search_number_delete AFTER DELETE ON registry_registration WHEN old.number <> '' BEGIN
  UPDATE registry_searchentry SET number = '' WHERE business_id = old.business_id;
END

CREATE TRIGGER search_entry_insert AFTER INSERT ON registry_searchentry BEGIN
  INSERT INTO registry_search_trigrams (rowid, text) VALUES (new.business_id, new.text);
END

CREATE TRIGGER search_entry_update AFTER UPDATE ON registry_searchentry BEGIN
  INSERT INTO registry_search_trigrams (registry_search_trigrams, rowid, text)
  VALUES ('delete', old.business_id, old.text);
  INSERT INTO registry_search_trigrams (rowid, text) VALUES (new.business_id, new.text);
END

CREATE TRIGGER search_entry_delete AFTER DELETE ON registry_searchentry BEGIN
  INSERT INTO registry_search_trigrams (registry_search_trigrams, rowid, text)
  VALUES ('delete', old.business_id, old.text);
END
