BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0013');
CREATE TABLE audit (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	shop_id INTEGER NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	person_id BIGINT, 
	deed VARCHAR(48) NOT NULL, 
	subject_kind VARCHAR(16) DEFAULT '' NOT NULL, 
	subject_id VARCHAR(200) DEFAULT '' NOT NULL, 
	detail TEXT, 
	CONSTRAINT fk_audit_shop_id FOREIGN KEY(shop_id) REFERENCES shops (id)
);
CREATE TABLE batch_items (
	batch_id INTEGER NOT NULL, 
	place INTEGER NOT NULL, 
	shop_id INTEGER NOT NULL, 
	product_id VARCHAR(200) NOT NULL, 
	title TEXT DEFAULT '' NOT NULL, 
	"before" VARCHAR(64) NOT NULL, 
	"after" VARCHAR(64) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	reason VARCHAR(32) DEFAULT '' NOT NULL, 
	intent_id INTEGER, 
	CONSTRAINT pk_batch_items PRIMARY KEY (batch_id, place), 
	CONSTRAINT fk_batch_items_batch_id FOREIGN KEY(batch_id) REFERENCES batches (id), 
	CONSTRAINT fk_batch_items_shop_id FOREIGN KEY(shop_id) REFERENCES shops (id)
);
CREATE TABLE batches (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	shop_id INTEGER NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	why VARCHAR(16) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	reason VARCHAR(32) DEFAULT '' NOT NULL, 
	chat_id BIGINT NOT NULL, 
	proposed_by BIGINT NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	expires_at VARCHAR(32) NOT NULL, 
	confirmed_by BIGINT, 
	confirmed_at VARCHAR(32), 
	finished_at VARCHAR(32), 
	undoes INTEGER, 
	undone_by INTEGER, 
	left_out TEXT, 
	CONSTRAINT fk_batches_shop_id FOREIGN KEY(shop_id) REFERENCES shops (id)
);
CREATE TABLE buyers (
	shop_id INTEGER NOT NULL, 
	buyer_id VARCHAR(200) NOT NULL, 
	mark VARCHAR(8) DEFAULT '' NOT NULL, 
	sealed BLOB, 
	changed_at VARCHAR(32) NOT NULL, 
	changed_by BIGINT NOT NULL, 
	CONSTRAINT pk_buyers PRIMARY KEY (shop_id, buyer_id), 
	CONSTRAINT fk_buyers_shop_id FOREIGN KEY(shop_id) REFERENCES shops (id)
);
CREATE TABLE cards (
	chat_id BIGINT NOT NULL, 
	message_id BIGINT NOT NULL, 
	shop_id INTEGER NOT NULL, 
	subject_kind VARCHAR(16) NOT NULL, 
	subject_id VARCHAR(200) NOT NULL, 
	person_id BIGINT NOT NULL, 
	intent_id INTEGER, 
	face VARCHAR(16) DEFAULT '' NOT NULL, 
	live BOOLEAN NOT NULL, 
	shown VARCHAR(64) DEFAULT '' NOT NULL, 
	made_at VARCHAR(32) NOT NULL, back VARCHAR(64) DEFAULT '' NOT NULL, 
	CONSTRAINT pk_cards PRIMARY KEY (chat_id, message_id), 
	CONSTRAINT fk_cards_intent_id FOREIGN KEY(intent_id) REFERENCES intents (id), 
	CONSTRAINT fk_cards_shop_id FOREIGN KEY(shop_id) REFERENCES shops (id)
);
CREATE TABLE chats (
	chat_id BIGINT NOT NULL, 
	kind VARCHAR(16) DEFAULT 'private' NOT NULL, 
	title TEXT DEFAULT '' NOT NULL, 
	paused_at VARCHAR(32), 
	paused_reason TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_chats PRIMARY KEY (chat_id)
);
CREATE TABLE drafts (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	chat_id BIGINT NOT NULL, 
	person_id BIGINT NOT NULL, 
	shop_id INTEGER NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	subject_kind VARCHAR(16) DEFAULT '' NOT NULL, 
	subject_id VARCHAR(200) DEFAULT '' NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	sealed BLOB, 
	created_at VARCHAR(32) NOT NULL, 
	expires_at VARCHAR(32) NOT NULL, 
	CONSTRAINT fk_drafts_shop_id FOREIGN KEY(shop_id) REFERENCES shops (id)
);
CREATE TABLE errands (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	shop_id INTEGER NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	chat_id BIGINT NOT NULL, 
	person_id BIGINT NOT NULL, 
	sealed BLOB NOT NULL, 
	reply_to BIGINT, 
	edit_message_id BIGINT, 
	created_at VARCHAR(32) NOT NULL, 
	attempts INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT fk_errands_shop_id FOREIGN KEY(shop_id) REFERENCES shops (id)
);
CREATE TABLE events (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	shop_id INTEGER NOT NULL, 
	kind VARCHAR(48) NOT NULL, 
	subject_kind VARCHAR(16) NOT NULL, 
	subject_id VARCHAR(200) NOT NULL, 
	revision INTEGER NOT NULL, 
	seen_at VARCHAR(32) NOT NULL, 
	done_by BIGINT, 
	detail TEXT, 
	CONSTRAINT fk_events_shop_id FOREIGN KEY(shop_id) REFERENCES shops (id), 
	CONSTRAINT uq_events_shop_id_kind_subject_id_revision UNIQUE (shop_id, kind, subject_id, revision)
);
CREATE TABLE inbox (
	bot_id BIGINT NOT NULL, 
	update_id BIGINT NOT NULL, 
	chat_id BIGINT, 
	person_id BIGINT, 
	sealed BLOB, 
	received_at VARCHAR(32) NOT NULL, 
	attempts INTEGER DEFAULT '0' NOT NULL, 
	handled_at VARCHAR(32), 
	aside_at VARCHAR(32), 
	error TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_inbox PRIMARY KEY (bot_id, update_id)
);
CREATE TABLE intents (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	shop_id INTEGER NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	subject_kind VARCHAR(16) NOT NULL, 
	subject_id VARCHAR(200) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	sealed BLOB NOT NULL, 
	chat_id BIGINT NOT NULL, 
	proposed_by BIGINT NOT NULL, 
	source_message_id BIGINT, 
	created_at VARCHAR(32) NOT NULL, 
	expires_at VARCHAR(32) NOT NULL, 
	fires_at VARCHAR(32), 
	confirmed_by BIGINT, 
	confirmed_at VARCHAR(32), 
	dispatched_at VARCHAR(32), 
	finished_at VARCHAR(32), 
	unknown_since VARCHAR(32), 
	next_check_at VARCHAR(32), 
	checks INTEGER DEFAULT '0' NOT NULL, 
	unseen_since VARCHAR(32), 
	outcome TEXT, progress TEXT, 
	CONSTRAINT fk_intents_shop_id FOREIGN KEY(shop_id) REFERENCES shops (id)
);
INSERT INTO "intents" VALUES(1,1,'refund_order','order','TK1','done',X'6741414141414272424B673062467478746B7A6B2D73326E4E69765067667A4F3673793166373269617A6E4844505443696D495766554F6C614F4F4B636671627A666E6B5366676A464933766641653866747662424A586D52474B714468467575513D3D',7,7,NULL,'2026-03-02T12:04:00.000000+00:00','2026-03-02T12:04:00.000000+00:00',NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
CREATE TABLE invitations (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	shop_id INTEGER NOT NULL, 
	code_hash BLOB NOT NULL, 
	role VARCHAR(16) NOT NULL, 
	made_by BIGINT NOT NULL, 
	made_at VARCHAR(32) NOT NULL, 
	expires_at VARCHAR(32) NOT NULL, 
	CONSTRAINT fk_invitations_shop_id FOREIGN KEY(shop_id) REFERENCES shops (id)
);
CREATE TABLE members (
	shop_id INTEGER NOT NULL, 
	person_id BIGINT NOT NULL, 
	role VARCHAR(16) NOT NULL, 
	listed BOOLEAN DEFAULT '0' NOT NULL, 
	since VARCHAR(32) NOT NULL, 
	CONSTRAINT fk_members_person_id FOREIGN KEY(person_id) REFERENCES people (person_id), 
	CONSTRAINT fk_members_shop_id FOREIGN KEY(shop_id) REFERENCES shops (id), 
	CONSTRAINT uq_members_shop_id_person_id UNIQUE (shop_id, person_id)
);
INSERT INTO "members" VALUES(1,7,'owner',0,'2026-03-02T12:04:00.000000+00:00');
CREATE TABLE messages (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	shop_id INTEGER NOT NULL, 
	chat_id BIGINT NOT NULL, 
	action VARCHAR(16) NOT NULL, 
	"view" VARCHAR(16) NOT NULL, 
	subject_kind VARCHAR(16) DEFAULT '' NOT NULL, 
	subject_id VARCHAR(200) DEFAULT '' NOT NULL, 
	person_id BIGINT NOT NULL, 
	sealed BLOB, 
	urgency INTEGER NOT NULL, 
	silent BOOLEAN DEFAULT '0' NOT NULL, 
	target_message_id BIGINT, 
	reply_to BIGINT, 
	replaces VARCHAR(120), 
	state VARCHAR(16) NOT NULL, 
	not_before VARCHAR(32) NOT NULL, 
	lease_until VARCHAR(32), 
	attempts INTEGER DEFAULT '0' NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	sent_at VARCHAR(32), 
	message_id BIGINT, 
	error TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT fk_messages_shop_id FOREIGN KEY(shop_id) REFERENCES shops (id)
);
CREATE TABLE notices (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	shop_id INTEGER NOT NULL, 
	event_id INTEGER NOT NULL, 
	chat_id BIGINT NOT NULL, 
	person_id BIGINT NOT NULL, 
	loudness VARCHAR(8) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	message_row INTEGER, 
	created_at VARCHAR(32) NOT NULL, 
	CONSTRAINT fk_notices_event_id FOREIGN KEY(event_id) REFERENCES events (id), 
	CONSTRAINT fk_notices_message_row FOREIGN KEY(message_row) REFERENCES messages (id), 
	CONSTRAINT fk_notices_shop_id FOREIGN KEY(shop_id) REFERENCES shops (id), 
	CONSTRAINT uq_notices_event_id_chat_id UNIQUE (event_id, chat_id)
);
CREATE TABLE offsets (
	bot_id BIGINT NOT NULL, 
	next_update_id BIGINT NOT NULL, 
	CONSTRAINT pk_offsets PRIMARY KEY (bot_id)
);
CREATE TABLE orders (
	shop_id INTEGER NOT NULL, 
	order_id VARCHAR(200) NOT NULL, 
	short_id VARCHAR(40) NOT NULL, 
	order_no VARCHAR(200) DEFAULT '' NOT NULL, 
	buyer_id VARCHAR(200) DEFAULT '' NOT NULL, 
	product_id VARCHAR(200) DEFAULT '' NOT NULL, 
	title TEXT DEFAULT '' NOT NULL, 
	status VARCHAR(64) NOT NULL, 
	payment_status VARCHAR(64) NOT NULL, 
	total_amount VARCHAR(48), 
	units INTEGER NOT NULL, 
	delivered INTEGER NOT NULL, 
	owed INTEGER NOT NULL, 
	waits BOOLEAN NOT NULL, 
	finished BOOLEAN NOT NULL, 
	placed_at VARCHAR(32), 
	snapshot TEXT NOT NULL, 
	fingerprint VARCHAR(64) NOT NULL, 
	revision INTEGER NOT NULL, 
	first_seen_at VARCHAR(32) NOT NULL, 
	changed_at VARCHAR(32) NOT NULL, 
	looked_at VARCHAR(32) NOT NULL, delivered_at VARCHAR(32), 
	CONSTRAINT fk_orders_shop_id FOREIGN KEY(shop_id) REFERENCES shops (id), 
	CONSTRAINT uq_orders_shop_id_order_id UNIQUE (shop_id, order_id)
);
INSERT INTO "orders" VALUES(1,'64f1','TK1','TK1','','','','completed','paid','88.01',2,2,0,0,1,'2026-03-02T12:04:00.000000+00:00','{"title":"Netflix"}','f',3,'2026-03-02T12:04:00.000000+00:00','2026-03-02T12:04:00.000000+00:00','2026-03-02T12:04:00.000000+00:00',NULL);
CREATE TABLE pairings (
	shop_id INTEGER NOT NULL, 
	code_hash BLOB NOT NULL, 
	expires_at VARCHAR(32) NOT NULL, 
	tries_left INTEGER NOT NULL, 
	CONSTRAINT pk_pairings PRIMARY KEY (shop_id), 
	CONSTRAINT fk_pairings_shop_id FOREIGN KEY(shop_id) REFERENCES shops (id)
);
CREATE TABLE payments (
	shop_id INTEGER NOT NULL, 
	payment_key VARCHAR(200) NOT NULL, 
	payment_no VARCHAR(200) DEFAULT '' NOT NULL, 
	order_id VARCHAR(200) DEFAULT '' NOT NULL, 
	amount VARCHAR(48), 
	method VARCHAR(64) DEFAULT '' NOT NULL, 
	status VARCHAR(64) DEFAULT '' NOT NULL, 
	paid_at VARCHAR(32), 
	created_at VARCHAR(32), 
	placed_at VARCHAR(32), 
	looked_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_payments PRIMARY KEY (shop_id, payment_key), 
	CONSTRAINT fk_payments_shop_id FOREIGN KEY(shop_id) REFERENCES shops (id)
);
CREATE TABLE people (
	person_id BIGINT NOT NULL, 
	name TEXT DEFAULT '' NOT NULL, 
	language VARCHAR(16) DEFAULT '' NOT NULL, 
	time_zone VARCHAR(64) DEFAULT '' NOT NULL, 
	seen_at VARCHAR(32), 
	turned_away_at VARCHAR(32), 
	CONSTRAINT pk_people PRIMARY KEY (person_id)
);
INSERT INTO "people" VALUES(7,'Ann','','',NULL,NULL);
CREATE TABLE person_pins (
	shop_id INTEGER NOT NULL, 
	person_id BIGINT NOT NULL, 
	salt BLOB NOT NULL, 
	hash BLOB NOT NULL, 
	tries_left INTEGER NOT NULL, 
	waits_until VARCHAR(32), 
	open_until VARCHAR(32), 
	CONSTRAINT fk_person_pins_shop_id FOREIGN KEY(shop_id) REFERENCES shops (id), 
	CONSTRAINT fk_person_pins_person_id FOREIGN KEY(person_id) REFERENCES people (person_id), 
	CONSTRAINT uq_person_pins_shop_id_person_id UNIQUE (shop_id, person_id)
);
CREATE TABLE person_settings (
	shop_id INTEGER NOT NULL, 
	person_id BIGINT NOT NULL, 
	quiet_from INTEGER, 
	quiet_until INTEGER, 
	reminds BOOLEAN DEFAULT '1' NOT NULL, 
	remind_after INTEGER, 
	digest_over INTEGER, 
	goods_seconds INTEGER, summary_at INTEGER, summary_said_at VARCHAR(32), 
	CONSTRAINT fk_person_settings_shop_id FOREIGN KEY(shop_id) REFERENCES shops (id), 
	CONSTRAINT fk_person_settings_person_id FOREIGN KEY(person_id) REFERENCES people (person_id), 
	CONSTRAINT uq_person_settings_shop_id_person_id UNIQUE (shop_id, person_id)
);
CREATE TABLE pins (
	shop_id INTEGER NOT NULL, 
	chat_id BIGINT NOT NULL, 
	message_id BIGINT, 
	line TEXT NOT NULL, 
	asked_at VARCHAR(32) NOT NULL, 
	looked_at VARCHAR(32), 
	CONSTRAINT pk_pins PRIMARY KEY (shop_id, chat_id), 
	CONSTRAINT fk_pins_shop_id FOREIGN KEY(shop_id) REFERENCES shops (id)
);
CREATE TABLE positions (
	shop_id INTEGER NOT NULL, 
	feed VARCHAR(32) NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_positions PRIMARY KEY (shop_id, feed), 
	CONSTRAINT fk_positions_shop_id FOREIGN KEY(shop_id) REFERENCES shops (id)
);
CREATE TABLE preferences (
	shop_id INTEGER NOT NULL, 
	person_id BIGINT NOT NULL, 
	kind VARCHAR(48) NOT NULL, 
	loudness VARCHAR(8) NOT NULL, 
	CONSTRAINT fk_preferences_person_id FOREIGN KEY(person_id) REFERENCES people (person_id), 
	CONSTRAINT fk_preferences_shop_id FOREIGN KEY(shop_id) REFERENCES shops (id), 
	CONSTRAINT uq_preferences_shop_id_person_id_kind UNIQUE (shop_id, person_id, kind)
);
CREATE TABLE product_shapes (
	shop_id INTEGER NOT NULL, 
	product_id VARCHAR(200) NOT NULL, 
	shape VARCHAR(64) NOT NULL, 
	units INTEGER NOT NULL, 
	seen_at VARCHAR(32) NOT NULL, 
	CONSTRAINT fk_product_shapes_shop_id FOREIGN KEY(shop_id) REFERENCES shops (id), 
	CONSTRAINT uq_product_shapes_shop_id_product_id_shape UNIQUE (shop_id, product_id, shape)
);
CREATE TABLE products (
	shop_id INTEGER NOT NULL, 
	product_id VARCHAR(200) NOT NULL, 
	title TEXT DEFAULT '' NOT NULL, 
	snapshot TEXT NOT NULL, 
	fingerprint VARCHAR(64) NOT NULL, 
	revision INTEGER NOT NULL, 
	delivery_mode VARCHAR(8) DEFAULT '' NOT NULL, 
	first_seen_at VARCHAR(32) NOT NULL, 
	changed_at VARCHAR(32) NOT NULL, 
	looked_at VARCHAR(32) NOT NULL, pool_seconds INTEGER, short_id VARCHAR(40) DEFAULT '' NOT NULL, status VARCHAR(64) DEFAULT '' NOT NULL, stock BIGINT, listed_at VARCHAR(32), gone_at VARCHAR(32), low_at INTEGER, stock_state VARCHAR(8) DEFAULT '' NOT NULL, 
	CONSTRAINT fk_products_shop_id FOREIGN KEY(shop_id) REFERENCES shops (id), 
	CONSTRAINT uq_products_shop_id_product_id UNIQUE (shop_id, product_id)
);
CREATE TABLE queues (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	shop_id INTEGER NOT NULL, 
	chat_id BIGINT NOT NULL, 
	person_id BIGINT NOT NULL, 
	order_ids TEXT NOT NULL, 
	at VARCHAR(200) DEFAULT '' NOT NULL, 
	last VARCHAR(200) DEFAULT '' NOT NULL, 
	moved_at VARCHAR(32) NOT NULL, 
	CONSTRAINT fk_queues_shop_id FOREIGN KEY(shop_id) REFERENCES shops (id), 
	CONSTRAINT uq_queues_shop_id_chat_id_person_id UNIQUE (shop_id, chat_id, person_id)
);
CREATE TABLE reminders (
	shop_id INTEGER NOT NULL, 
	chat_id BIGINT NOT NULL, 
	said_at VARCHAR(32), 
	times INTEGER DEFAULT '0' NOT NULL, 
	snoozed_until VARCHAR(32), 
	message_id BIGINT, 
	shown VARCHAR(64) DEFAULT '' NOT NULL, 
	CONSTRAINT pk_reminders PRIMARY KEY (shop_id, chat_id), 
	CONSTRAINT fk_reminders_shop_id FOREIGN KEY(shop_id) REFERENCES shops (id)
);
CREATE TABLE saved_texts (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	shop_id INTEGER NOT NULL, 
	place INTEGER NOT NULL, 
	sealed BLOB NOT NULL, 
	changed_by BIGINT NOT NULL, 
	changed_at VARCHAR(32) NOT NULL, 
	CONSTRAINT fk_saved_texts_shop_id FOREIGN KEY(shop_id) REFERENCES shops (id)
);
CREATE TABLE shop_safety (
	shop_id INTEGER NOT NULL, 
	sealed_code BLOB, 
	locked_at VARCHAR(32), 
	locked_by BIGINT, 
	emptied BOOLEAN DEFAULT '0' NOT NULL, 
	refund_limit VARCHAR(48), 
	CONSTRAINT pk_shop_safety PRIMARY KEY (shop_id), 
	CONSTRAINT fk_shop_safety_shop_id FOREIGN KEY(shop_id) REFERENCES shops (id)
);
CREATE TABLE shop_settings (
	shop_id INTEGER NOT NULL, 
	low_stock INTEGER NOT NULL, currency VARCHAR(8) DEFAULT '' NOT NULL, 
	CONSTRAINT pk_shop_settings PRIMARY KEY (shop_id), 
	CONSTRAINT fk_shop_settings_shop_id FOREIGN KEY(shop_id) REFERENCES shops (id)
);
CREATE TABLE shops (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_shops PRIMARY KEY (id)
);
INSERT INTO "shops" VALUES(1,'Shop','2026-03-02T12:04:00.000000+00:00');
CREATE TABLE stock_batches (
	intent_id INTEGER NOT NULL, 
	shop_id INTEGER NOT NULL, 
	product_id VARCHAR(200) NOT NULL, 
	source TEXT DEFAULT '' NOT NULL, 
	cost VARCHAR(48), 
	lines INTEGER NOT NULL, 
	added_at VARCHAR(32) NOT NULL, 
	said_by BIGINT NOT NULL, 
	said_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_stock_batches PRIMARY KEY (intent_id), 
	CONSTRAINT fk_stock_batches_shop_id FOREIGN KEY(shop_id) REFERENCES shops (id)
);
CREATE TABLE stock_hashes (
	shop_id INTEGER NOT NULL, 
	hash BLOB NOT NULL, 
	product_id VARCHAR(200) NOT NULL, 
	kept BOOLEAN NOT NULL, 
	intent_id INTEGER NOT NULL, 
	seen_at VARCHAR(32) NOT NULL, 
	CONSTRAINT fk_stock_hashes_shop_id FOREIGN KEY(shop_id) REFERENCES shops (id), 
	CONSTRAINT uq_stock_hashes_shop_id_hash_product_id UNIQUE (shop_id, hash, product_id)
);
CREATE TABLE stock_lines (
	intent_id INTEGER NOT NULL, 
	place INTEGER NOT NULL, 
	shop_id INTEGER NOT NULL, 
	sealed BLOB NOT NULL, 
	CONSTRAINT pk_stock_lines PRIMARY KEY (intent_id, place), 
	CONSTRAINT fk_stock_lines_shop_id FOREIGN KEY(shop_id) REFERENCES shops (id)
);
CREATE TABLE subscriptions (
	shop_id INTEGER NOT NULL, 
	chat_id BIGINT NOT NULL, 
	person_id BIGINT NOT NULL, 
	since VARCHAR(32) NOT NULL, 
	CONSTRAINT fk_subscriptions_chat_id FOREIGN KEY(chat_id) REFERENCES chats (chat_id), 
	CONSTRAINT fk_subscriptions_person_id FOREIGN KEY(person_id) REFERENCES people (person_id), 
	CONSTRAINT fk_subscriptions_shop_id FOREIGN KEY(shop_id) REFERENCES shops (id), 
	CONSTRAINT uq_subscriptions_shop_id_chat_id_person_id UNIQUE (shop_id, chat_id, person_id)
);
CREATE TABLE ticket_texts (
	id INTEGER NOT NULL, 
	shop_id INTEGER NOT NULL, 
	ticket_id VARCHAR(200) NOT NULL, 
	author VARCHAR(16) NOT NULL, 
	person_id BIGINT, 
	sealed BLOB NOT NULL, 
	seen_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_ticket_texts PRIMARY KEY (id), 
	CONSTRAINT fk_ticket_texts_shop_id FOREIGN KEY(shop_id) REFERENCES shops (id)
);
CREATE TABLE tickets (
	shop_id INTEGER NOT NULL, 
	ticket_id VARCHAR(200) NOT NULL, 
	short_id VARCHAR(40) NOT NULL, 
	ticket_no VARCHAR(200) DEFAULT '' NOT NULL, 
	order_id VARCHAR(200) DEFAULT '' NOT NULL, 
	buyer_id VARCHAR(200) DEFAULT '' NOT NULL, 
	status VARCHAR(64) NOT NULL, 
	admin_invited BOOLEAN NOT NULL, 
	finished BOOLEAN NOT NULL, 
	placed_at VARCHAR(32), 
	sealed BLOB NOT NULL, 
	fingerprint VARCHAR(64) NOT NULL, 
	revision INTEGER NOT NULL, 
	first_seen_at VARCHAR(32) NOT NULL, 
	changed_at VARCHAR(32) NOT NULL, 
	looked_at VARCHAR(32) NOT NULL, 
	CONSTRAINT fk_tickets_shop_id FOREIGN KEY(shop_id) REFERENCES shops (id), 
	CONSTRAINT uq_tickets_shop_id_ticket_id UNIQUE (shop_id, ticket_id)
);
CREATE TABLE tries (
	person_id BIGINT NOT NULL, 
	what VARCHAR(16) NOT NULL, 
	count INTEGER NOT NULL, 
	since VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_tries PRIMARY KEY (person_id, what)
);
CREATE TABLE unit_hashes (
	shop_id INTEGER NOT NULL, 
	hash BLOB NOT NULL, 
	order_id VARCHAR(200) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	intent_id INTEGER, 
	doubted BOOLEAN DEFAULT '0' NOT NULL, 
	seen_at VARCHAR(32) NOT NULL, 
	CONSTRAINT fk_unit_hashes_intent_id FOREIGN KEY(intent_id) REFERENCES intents (id), 
	CONSTRAINT fk_unit_hashes_shop_id FOREIGN KEY(shop_id) REFERENCES shops (id), 
	CONSTRAINT uq_unit_hashes_shop_id_hash_order_id UNIQUE (shop_id, hash, order_id)
);
CREATE TABLE vault_marks (
	id INTEGER NOT NULL, 
	mark BLOB NOT NULL, 
	CONSTRAINT pk_vault_marks PRIMARY KEY (id)
);
INSERT INTO "vault_marks" VALUES(1,X'D3AC0F65D851E955B3E4B28C78565986');
CREATE INDEX ix_inbox_handled_at ON inbox (handled_at);
CREATE INDEX ix_inbox_waiting ON inbox (bot_id, update_id) WHERE handled_at IS NULL AND aside_at IS NULL;
CREATE UNIQUE INDEX ix_drafts_one_open ON drafts (chat_id, person_id) WHERE state = 'open';
CREATE UNIQUE INDEX ix_intents_one_live ON intents (shop_id, subject_kind, subject_id) WHERE state IN ('sending', 'unknown');
CREATE INDEX ix_intents_open ON intents (state, expires_at) WHERE state IN ('proposed', 'sending', 'unknown');
CREATE INDEX ix_intents_subject ON intents (shop_id, subject_kind, subject_id, id);
CREATE INDEX ix_unit_hashes_intent_id ON unit_hashes (intent_id);
CREATE INDEX ix_audit_subject ON audit (shop_id, subject_kind, subject_id, id);
CREATE INDEX ix_orders_buyer_id ON orders (shop_id, buyer_id);
CREATE INDEX ix_orders_open ON orders (shop_id, looked_at) WHERE finished = 0;
CREATE INDEX ix_orders_order_no ON orders (shop_id, order_no);
CREATE INDEX ix_orders_placed_at ON orders (shop_id, placed_at);
CREATE INDEX ix_orders_short_id ON orders (shop_id, short_id);
CREATE INDEX ix_orders_status ON orders (shop_id, status, placed_at);
CREATE INDEX ix_orders_waits ON orders (shop_id, placed_at) WHERE waits = 1;
CREATE INDEX ix_tickets_buyer_id ON tickets (shop_id, buyer_id);
CREATE INDEX ix_tickets_open ON tickets (shop_id, looked_at) WHERE finished = 0;
CREATE INDEX ix_tickets_order_id ON tickets (shop_id, order_id);
CREATE INDEX ix_tickets_short_id ON tickets (shop_id, short_id);
CREATE INDEX ix_tickets_status ON tickets (shop_id, status, placed_at);
CREATE INDEX ix_tickets_ticket_no ON tickets (shop_id, ticket_no);
CREATE INDEX ix_ticket_texts_ticket_id ON ticket_texts (shop_id, ticket_id, id);
CREATE UNIQUE INDEX ix_messages_replaces ON messages (replaces) WHERE state = 'pending' AND replaces IS NOT NULL;
CREATE INDEX ix_messages_sent_at ON messages (sent_at);
CREATE INDEX ix_messages_waiting ON messages (chat_id, urgency, id) WHERE state IN ('pending', 'sending');
CREATE INDEX ix_notices_message_row ON notices (message_row);
CREATE INDEX ix_notices_pending ON notices (chat_id, id) WHERE state = 'pending';
CREATE UNIQUE INDEX ix_cards_one_live ON cards (shop_id, chat_id, subject_kind, subject_id) WHERE live = 1;
CREATE INDEX ix_cards_subject ON cards (shop_id, subject_kind, subject_id);
CREATE INDEX ix_queues_at ON queues (shop_id, at);
CREATE INDEX ix_stock_hashes_intent_id ON stock_hashes (intent_id);
CREATE INDEX ix_products_short_id ON products (shop_id, short_id);
CREATE INDEX ix_payments_order_id ON payments (shop_id, order_id);
CREATE INDEX ix_payments_placed_at ON payments (shop_id, placed_at);
CREATE INDEX ix_payments_payment_no ON payments (shop_id, payment_no);
CREATE INDEX ix_stock_batches_product ON stock_batches (shop_id, product_id);
CREATE INDEX ix_batches_open ON batches (state) WHERE state IN ('proposed', 'running');
CREATE INDEX ix_batch_items_intent_id ON batch_items (intent_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('intents',1);
COMMIT;
