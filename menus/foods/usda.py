"""USDA National Nutrient Database for Standard Reference, the abbreviated file."""

from menus.foods.tables import Column, FoodTable, Layout, read_wide

FAMILY = "USDA"
SOURCE = "USDA SR28"

_PLAIN = {
    "energy_kcal": "Energ_Kcal",
    "protein_g": "Protein_(g)",
    "fat_g": "Lipid_Tot_(g)",
    "saturated_fat_g": "FA_Sat_(g)",
    "monounsaturated_g": "FA_Mono_(g)",
    "polyunsaturated_g": "FA_Poly_(g)",
    "carbohydrate_g": "Carbohydrt_(g)",
    "sugars_g": "Sugar_Tot_(g)",
    "fibre_g": "Fiber_TD_(g)",
    "sodium_mg": "Sodium_(mg)",
    "potassium_mg": "Potassium_(mg)",
    "phosphorus_mg": "Phosphorus_(mg)",
    "calcium_mg": "Calcium_(mg)",
    "magnesium_mg": "Magnesium_(mg)",
    "iron_mg": "Iron_(mg)",
    "zinc_mg": "Zinc_(mg)",
    "copper_mg": "Copper_(mg)",
    "manganese_mg": "Manganese_(mg)",
    "vitamin_c_mg": "Vit_C_(mg)",
    "vitamin_e_mg": "Vit_E_(mg)",
    "thiamin_mg": "Thiamin_(mg)",
    "riboflavin_mg": "Riboflavin_(mg)",
    "niacin_mg": "Niacin_(mg)",
    "pantothenic_mg": "Panto_Acid_(mg)",
    "vitamin_b6_mg": "Vit_B6_(mg)",
    "choline_mg": "Choline_Tot_(mg)",
    "water_g": "Water_(g)",
}
_MICRO = {
    "selenium_ug": "Selenium_({}g)",
    "vitamin_a_ug": "Vit_A_RAE_({}g)_",
    "vitamin_d_ug": "Vit_D_{}g",
    "vitamin_k_ug": "Vit_K_({}g)",
    "folate_ug": "Folate_Tot_({}g)",
    "vitamin_b12_ug": "Vit_B12_({}g)",
}
_MICRO_SIGNS = ("\N{MICRO SIGN}", "\N{GREEK SMALL LETTER MU}")


def _columns() -> dict[str, Column]:
    plain = {heading: Column(code, _unit(code)) for code, heading in _PLAIN.items()}
    micro = {
        heading.format(sign): Column(code, "ug")
        for code, heading in _MICRO.items()
        for sign in _MICRO_SIGNS
    }
    return plain | micro


def _unit(code: str) -> str:
    return code.rpartition("_")[2]


_LAYOUT = Layout(family=FAMILY, code="NDB_No", names={"en": "Shrt_Desc"}, columns=_columns())


def read_usda(text: str, *, file: str, release: str = SOURCE) -> FoodTable:
    """Every food of the abbreviated file (Latin-1 when it is decoded), in US order.

    Folate is total folate: it never overstates the dietary folate equivalents.
    """
    return read_wide(text, _LAYOUT, file=file, source=release)
