"""The sentences in Spanish; `static/js/ppa/wording/spanish.js` has the same."""

MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
)  # fmt: skip

SENTENCES = {
    "date": "{day} de {month} de {year}",
    "one_day": "1 día",
    "days": "{number} días",
    "one_month": "1 mes",
    "months": "{number} meses",
    "title": "Contrato de energía solar entre un productor y un consumidor.",
    "what": (
        "El productor tiene una planta solar y un contador mide su energía. Cada mes se cierra una liquidación: lo que "
        "el consumidor debe al productor, o el productor al consumidor, según lo que midió el contador y las cláusulas "
        "de este texto. La calculan programas públicos que nadie puede cambiar. Quien firma este texto acepta el "
        "contrato entero."
    ),
    "producer": "Productor: {address}",
    "consumer": "Consumidor: {address}",
    "meter": "Contador: {address}",
    "term": "Duración: del {first} al {last}, {months}.",
    "new": "Un año de contrato son doce meses, contados desde el primer día.",
    "goes_on": (
        "El contrato viene de antes: el {first} empieza el mes {number} de su vida, que tiene {life}. Un año de "
        "contrato son doce meses, contados desde el mes 1 de su vida."
    ),
    "clauses": "Cláusulas:",
    "clause": "{number}. {sentence}",
    "clause_with_prices": "{number}. {sentence} {prices}",
    "unpublished": (
        "Regla {rule}, que no es ninguna de las publicadas: nadie puede decir en palabras qué hace. Sus parámetros son "
        "{params}."
    ),
    "prices": "Año de contrato {first}: {price}. Año de contrato {last}, el último: {last_price}.",
    "only_price": "Año de contrato {last}, el único de este plazo: {last_price}.",
    "between": "entre {floor} y {cap}",
    "up_to_limit": "{price} hasta ese límite y {more} por encima",
    "guaranteed": "{energy} garantizados y {price} por lo que falte",
    "missing": "{price} por lo que falte",
    "a_month": "{fee} al mes",
    "leaving": "Terminar antes: las dos partes juntas pueden terminar o cambiar este contrato cuando quieran.",
    "nobody_leaves": "Ninguna cláusula permite que una parte salga por su cuenta antes del final.",
    "exit": "Por la cláusula {number}, el consumidor puede salir por su cuenta si paga un precio. {prices}",
    "appraised": "Si la tasación que publique {appraiser} para ese mes es mayor, paga la tasación.",
    "lender": "Antes tiene que avisar al prestamista {lender}, que tiene {days} para poner remedio.",
    "no_lender": "No tiene que avisar antes a ningún prestamista.",
    "unpublished_exit": (
        "La cláusula {number} no es ninguna de las publicadas: puede que permita al consumidor salir por su cuenta, y "
        "nadie puede decir a qué precio."
    ),
    "silence": (
        "Si el contador calla: un mes del que no registra nada se puede cerrar sin energía cuando han pasado más de "
        "60 días desde su último día. La energía que registre después entra en la liquidación siguiente."
    ),
    "ends_in_silence": (
        "Tras más de {days} sin registros, cualquiera de las dos partes puede terminar el contrato por su cuenta y sin "
        "pagar por ello; lo que ya se debe se sigue debiendo."
    ),
    "no_end_in_silence": "Ninguna de las dos partes puede terminar el contrato por su cuenta por ese motivo.",
    "long_stop": (
        "Fecha límite para empezar: el {date}. Hasta ese día se pueden presentar las firmas y el contador puede "
        "empezar a medir para este contrato. Después, si no ha empezado, cualquiera de las dos partes puede cancelarlo."
    ),
    "long_stop_successor": (
        "Fecha límite para empezar: el {date}. Este contrato sustituye a otro y empieza cuando el otro se le traspasa. "
        "Después de ese día, si no se le ha traspasado, cualquiera de las dos partes puede cancelarlo."
    ),
    "disputes": (
        "Desacuerdos: cada parte puede reclamar contra una liquidación hasta {days} después de su cierre, y como mucho "
        "{most} en cada una."
    ),
    "disputes_same_day": (
        "Desacuerdos: cada parte puede reclamar contra una liquidación solo el mismo día de su cierre, y como mucho "
        "{most} en cada una."
    ),
    "no_disputes": "Desacuerdos: no se puede reclamar contra ninguna liquidación.",
    "decides": (
        "Decide el árbitro {arbiter}, hasta {days} después del cierre; si no decide, la liquidación queda como está. "
        "Lo que conceda entra en la liquidación siguiente."
    ),
    "decides_same_day": (
        "Decide el árbitro {arbiter}, el mismo día; si no decide, la liquidación queda como está. Lo que conceda entra "
        "en la liquidación siguiente."
    ),
    "arbiter": "El árbitro es {arbiter}.",
    "no_arbiter": (
        "No hay árbitro: un desacuerdo lo resuelven las dos partes juntas o nadie, y sin las dos no se puede cambiar "
        "una clave perdida ni un contador que ya no funciona."
    ),
    "disputes_only": "El árbitro decide desacuerdos y nada más.",
    "notice": (
        "El árbitro y una de las partes, juntos, pueden anunciar dos cosas y hacerlas {days} después: traspasar este "
        "contrato a otro igual en todo menos en las claves, el contador o el árbitro, si ninguna parte se opone antes; "
        "o terminarlo, si el contador lleva más de 60 días sin registrar nada. Además, el árbitro puede decidir si "
        "llegó un pago que una parte declaró al menos {days} antes. No puede cambiar los precios ni la energía."
    ),
    "power": (
        "Potencia máxima de la planta: {power} kW. No se factura la energía de un registro que pase de lo que esa "
        "potencia puede dar."
    ),
    "document": "Documento que acompaña a este contrato, por su huella: {hash}",
    "supersedes": "Contrato al que sustituye: {id}",
    "money": (
        "Moneda: {currency}. Los meses son los de la zona horaria {zone}; los plazos en días se cuentan con la hora de "
        "Greenwich."
    ),
}
