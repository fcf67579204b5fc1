"""The static files, from memory."""

from fastapi import APIRouter, HTTPException, Request, Response

from web.templating.assets import assets

router = APIRouter(include_in_schema=False)

FOREVER = "public, max-age=31536000, immutable"


@router.get("/static/{name}")
async def static(request: Request, name: str) -> Response:
    """Immutable under its digest; asked without it, to be asked again."""
    asset = assets().get(name)
    if asset is None:
        raise HTTPException(404)
    named = request.query_params.get("v") == asset.digest
    headers = {"etag": f'"{asset.digest}"', "cache-control": FOREVER if named else "no-cache"}
    return Response(asset.content, media_type=asset.kind, headers=headers)
