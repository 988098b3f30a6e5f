"""Pictures of products: fetched, checked and uploaded as they come, shown to buyers once confirmed.

An upload changes nothing that anybody sees: it goes out as soon as a picture is here, so that what
the marketplace does not take is said while the person is still at it. Where its answer is lost it
is uploaded again, and that it may be there twice is said. Which pictures a product has is an
intent, as every other change of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.model.files import Files, UserFile
from bot.model.intent import Intent, Kind, Outcome, State
from bot.model.person import Act, Person
from bot.model.pictures import (
    MAX_PICTURE_BYTES,
    MAX_PICTURES,
    Picture,
    kind_of,
    problem_of,
    same_pictures,
)
from bot.model.product_plans import NewProductPlan, PicturesPlan
from bot.store import audit, errands, intents, people
from bot.store import products as known_products
from bot.store.database import Tx
from bot.store.errands import Errand
from bot.supplier.errors import OutcomeUnknown, Unavailable
from bot.supplier.results import ProductPatch

from . import drafts
from .deed import Deed
from .ending import Ending, NotYet
from .errors import NotPossible
from .files import TRIES, again_in, fetched
from .products import nobody_changes, read_product, the_product
from .proposing import in_answer
from .shop import Shop, must

AnyPictures = PicturesPlan | NewProductPlan


@dataclass(frozen=True, slots=True)
class Aim:
    """What a picture is for: a product, or a preview that waits for its confirmation."""

    product_id: str = ""
    intent_id: int | None = None
    draft_id: int | None = None  # of the prompt that asked


async def take(
    tx: Tx,
    shop: Shop,
    person: Person,
    file: UserFile,
    aim: Aim,
    *,
    chat_id: int,
    message_id: int,
    now: datetime,
) -> None:
    """Have a picture fetched and uploaded; a preview follows. Raises NotPossible."""
    must(person, Act.MONEY)
    if file.size is not None and file.size > MAX_PICTURE_BYTES:
        raise NotPossible("picture_too_big")
    await errands.send(
        tx,
        shop_id=shop.shop_id,
        kind="picture",
        chat_id=chat_id,
        person_id=person.person_id,
        body={
            "file": file.model_dump(mode="json"),
            "product_id": aim.product_id,
            "intent_id": aim.intent_id,
            "draft_id": aim.draft_id,
            "message_id": message_id,
        },
        reply_to=message_id,
        now=now,
    )


async def of_preview(tx: Tx, shop: Shop, intent_id: str) -> Aim | None:
    """Return what a picture is for that answers an intent's message; None where it takes none."""
    intent = await intents.get(tx, int(intent_id)) if intent_id.isdecimal() else None
    if intent is None or intent.shop_id != shop.shop_id or intent.subject_kind != "product":
        return None
    if intent.state is State.PROPOSED and isinstance(intent.plan, AnyPictures):
        return Aim(intent_id=intent.id)
    if intent.kind is Kind.NEW_PRODUCT:
        made = intent.outcome.product_id
        return Aim(product_id=made) if made else None
    return Aim(product_id=intent.subject_id)


async def of_album(tx: Tx, person: Person, chat_id: int, album: str) -> Aim | None:
    """Return what the first picture of an album was for."""
    for errand in await errands.open_errands(tx):
        if errand.kind != "picture" or errand.spoiled or errand.chat_id != chat_id:
            continue
        body = errand.body
        if body["file"]["album"] == album:
            return Aim(body["product_id"], body["intent_id"], body["draft_id"])
    for intent in await intents.proposed_by(tx, chat_id, person.person_id):
        if isinstance(intent.plan, AnyPictures) and any(
            picture.album == album for picture in intent.plan.pictures
        ):
            return Aim(intent_id=intent.id)
    return None


async def of_latest(tx: Tx, person: Person, chat_id: int) -> Aim | None:
    """Return the preview of pictures, or of a new product, that waits for this person."""
    for intent in await intents.proposed_by(tx, chat_id, person.person_id):
        if isinstance(intent.plan, AnyPictures):
            return Aim(intent_id=intent.id)
    return None


async def uploaded_picture(shop: Shop, files: Files, errand: Errand) -> Ending:
    """Fetch a picture, look at it, and upload it. Raises NotPossible, NotYet or SupplierError."""
    file = UserFile.model_validate(errand.body["file"])
    content = await fetched(files, errand, file, MAX_PICTURE_BYTES, "picture_too_big")
    problem = problem_of(content)
    if problem is not None:
        raise NotPossible(problem)
    async with shop.store.write() as tx:
        await errands.keep(tx, errand.id, {**errand.body, "sent": True})
    message_id = int(errand.body["message_id"])
    try:
        # A name that a person gave it is nobody's business; the ending is what it truly is.
        answer = await shop.marketplace.upload_image(f"{message_id}.{kind_of(content)}", content)
    except (OutcomeUnknown, Unavailable):
        if errand.attempts + 1 >= TRIES:
            raise NotPossible("picture_not_taken") from None
        raise NotYet(again_in(errand)) from None
    if not answer.image_path:
        raise NotPossible("picture_not_taken")
    picture = Picture(path=answer.image_path, message_id=message_id, album=file.album)
    doubled = bool(errand.body.get("sent"))

    async def ending(tx: Tx) -> None:
        await _join(tx, shop, errand, picture, doubled=doubled)

    return ending


async def _join(tx: Tx, shop: Shop, errand: Errand, picture: Picture, *, doubled: bool) -> None:
    person = await people.member(tx, shop.shop_id, errand.person_id)
    if person is None:
        return
    must(person, Act.MONEY)
    product_id, intent_id = str(errand.body["product_id"]), errand.body["intent_id"]
    intent = (
        await intents.get(tx, int(intent_id))
        if intent_id is not None
        else await _preview_of(tx, person, errand.chat_id, product_id)
    )
    if intent is not None:
        await _more(tx, intent, picture, shop.now(), doubled=doubled)
    else:
        plan = {"pictures": (picture,), "doubled": int(doubled)}
        await _propose(
            tx, shop, person, product_id, plan, errand.chat_id, picture.message_id, shop.now()
        )
    draft_id = errand.body["draft_id"]
    draft = None if draft_id is None else await drafts.of_prompt(tx, str(draft_id))
    if draft is not None and draft.open and draft.person_id == person.person_id:
        await drafts.used(tx, draft, shop.now())


async def _preview_of(tx: Tx, person: Person, chat_id: int, product_id: str) -> Intent | None:
    for intent in await intents.proposed_by(tx, chat_id, person.person_id):
        if intent.kind is Kind.PRODUCT_PICTURES and intent.subject_id == product_id:
            return intent
    return None


async def _more(tx: Tx, intent: Intent, picture: Picture, now: datetime, *, doubled: bool) -> None:
    """Put one more picture into a preview: its earlier buttons send nothing."""
    plan = intent.plan
    if intent.state is not State.PROPOSED or not isinstance(plan, AnyPictures):
        raise NotPossible("picture_too_late")
    others = [one for one in plan.pictures if one.message_id != picture.message_id]
    if len(others) >= MAX_PICTURES:
        raise NotPossible("too_many_pictures", limit=str(MAX_PICTURES))
    changed = {
        "pictures": tuple(sorted((*others, picture), key=lambda one: one.message_id)),
        "version": plan.version + 1,
        "doubled": plan.doubled + doubled,
    }
    await intents.replan(tx, intent, plan.model_copy(update=changed), now, fires_at=None)


async def _propose(
    tx: Tx,
    shop: Shop,
    person: Person,
    key: str,
    plan: dict[str, Any],
    chat_id: int,
    message_id: int | None,
    now: datetime,
) -> None:
    known = await the_product(tx, shop, key)
    if known.gone_at is not None:
        raise NotPossible("product_gone", title=known.product.title)
    await nobody_changes(tx, shop, known.product, Kind.PRODUCT_PICTURES.value)
    await in_answer(
        tx,
        shop,
        person,
        Kind.PRODUCT_PICTURES,
        ("product", known.product.product_id),
        PicturesPlan(title=known.product.title, before=known.product.images, **plan),
        chat_id=chat_id,
        message_id=message_id,
        now=now,
    )


async def take_away(
    tx: Tx, shop: Shop, person: Person, key: str, *, chat_id: int, now: datetime
) -> None:
    """Offer to take a product's pictures away. Raises NotPossible."""
    must(person, Act.MONEY)
    product = (await the_product(tx, shop, key)).product
    if not product.images:
        raise NotPossible("product_same", title=product.title)
    await drafts.end(tx, chat_id, person, now)
    await _propose(tx, shop, person, key, {}, chat_id, None, now)


def chosen(plan: AnyPictures, choice: str) -> AnyPictures:
    """Return the plan as the pressed button showed it. Raises NotPossible where it is another now.

    ``choice``: ``add`` or ``all``, and behind a dot the version of the preview.
    """
    which, _, version = choice.partition(".")
    if (version or "0") != str(plan.version):
        goods = isinstance(plan, NewProductPlan) and plan.accounts is not None
        raise NotPossible("preview_changed" if goods else "pictures_changed")
    if not isinstance(plan, PicturesPlan):
        return plan
    plan = plan.model_copy(update={"add": which == "add"})
    if len(plan.images) > MAX_PICTURES:
        raise NotPossible("too_many_pictures", limit=str(MAX_PICTURES))
    return plan


class ProductPictures(Deed):
    """Gives a product its pictures, and finds out what became of that."""

    act = Act.MONEY

    async def before(self, shop: Shop, intent: Intent) -> Outcome | None:
        """Stop where its pictures are not any more those that were shown."""
        plan = intent.planned(PicturesPlan)
        product = await read_product(shop, intent.subject_id, plan.title)
        if product is None:
            return Outcome(reason="not_found")
        if "images" not in product.model_fields_set:
            return None
        if same_pictures(product.images, plan.images):
            return Outcome(reason="product_there")
        if not same_pictures(product.images, plan.before):
            return Outcome(reason="product_moved")
        return None

    async def carry_out(self, shop: Shop, intent: Intent) -> Outcome:
        """Send the pictures alone."""
        patch = ProductPatch(images=intent.planned(PicturesPlan).images)
        await shop.marketplace.update_product(intent.subject_id, patch)
        return Outcome(reason="done")

    async def look(self, shop: Shop, intent: Intent) -> Outcome | None:
        """It has them. What the list does not tell, nobody knows."""
        plan = intent.planned(PicturesPlan)
        product = await read_product(shop, intent.subject_id, plan.title)
        if product is None:
            return None
        if "images" not in product.model_fields_set:
            return Outcome(reason="unclear", checking=True)
        return Outcome(reason="done") if same_pictures(product.images, plan.images) else None

    async def done(
        self, tx: Tx, shop: Shop, intent: Intent, outcome: Outcome, now: datetime
    ) -> None:
        """Take in what is now true, and write down that it was done."""
        images = intent.planned(PicturesPlan).images
        await known_products.became(tx, shop.shop_id, intent.subject_id, now, images=images)
        await audit.came_of(
            tx, intent, deed="product_changed", now=now, detail={"field": "pictures"}
        )
