"""What a slip says, in the languages people on the shop floor read. Pure data.

Keys: `title`, `how` (scan), `type` (no camera), `secret`, `again`. The same few sentences everywhere: a slip
has no room for more.
"""

from __future__ import annotations

from collections.abc import Mapping

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
WORDS: Mapping[str, Mapping[str, str]] = {
    "it": {
        "title": "Scheda di voto",
        "how": "Inquadra il codice con il telefono.",
        "type": "Senza fotocamera vai a questo indirizzo e scrivi il codice:",
        "secret": "Il tuo nome non è su questa scheda: nessuno sa quale hai preso.",
        "again": "Puoi cambiare il voto fino alla chiusura. Non darla a nessuno.",
    },
    "en": {
        "title": "Voting slip",
        "how": "Point your phone's camera at the code.",
        "type": "Without a camera, open this address and type the code:",
        "secret": "Your name is not on this slip: nobody knows which one you took.",
        "again": "You can change your vote until the close. Give it to nobody.",
    },
    "fr": {
        "title": "Bulletin de vote",
        "how": "Visez le code avec votre téléphone.",
        "type": "Sans appareil photo, ouvrez cette adresse et tapez le code :",
        "secret": "Votre nom n'est pas sur ce bulletin : personne ne sait lequel vous avez pris.",
        "again": "Vous pouvez changer votre vote jusqu'à la clôture. Ne le donnez à personne.",
    },
    "es": {
        "title": "Papeleta de voto",
        "how": "Enfoque el código con su teléfono.",
        "type": "Sin cámara, abra esta dirección y escriba el código:",
        "secret": "Su nombre no está en esta papeleta: nadie sabe cuál ha tomado.",
        "again": "Puede cambiar su voto hasta el cierre. No se la dé a nadie.",
    },
    "ro": {
        "title": "Buletin de vot",
        "how": "Scanați codul cu telefonul.",
        "type": "Fără cameră, deschideți această adresă și scrieți codul:",
        "secret": "Numele dvs. nu este pe acest buletin: nimeni nu știe pe care l-ați luat.",
        "again": "Puteți schimba votul până la închidere. Nu îl dați nimănui.",
    },
    "sq": {
        "title": "Fletë votimi",
        "how": "Skanoni kodin me telefonin tuaj.",
        "type": "Pa kamerë, hapni këtë adresë dhe shkruani kodin:",
        "secret": "Emri juaj nuk është në këtë fletë: askush nuk e di cilën morët.",
        "again": "Mund ta ndryshoni votën deri në mbyllje. Mos ia jepni askujt.",
    },
    "uk": {
        "title": "Картка для голосування",
        "how": "Наведіть камеру телефону на код.",
        "type": "Без камери відкрийте цю адресу й введіть код:",
        "secret": "Вашого імені немає на цій картці: ніхто не знає, яку ви взяли.",
        "again": "Ви можете змінити голос до закриття. Не давайте її нікому.",
    },
    "ar": {
        "title": "بطاقة تصويت",
        "how": "وجّه كاميرا الهاتف نحو الرمز.",
        "type": "بدون كاميرا، افتح هذا العنوان واكتب الرمز:",
        "secret": "اسمك غير مكتوب على هذه البطاقة: لا أحد يعرف أي بطاقة أخذت.",
        "again": "يمكنك تغيير صوتك حتى الإغلاق. لا تعطها لأحد.",
    },
    "zh": {
        "title": "选票",
        "how": "请用手机摄像头扫描二维码。",
        "type": "没有摄像头时，请打开此网址并输入代码：",
        "secret": "选票上没有您的姓名：没有人知道您拿的是哪一张。",
        "again": "在投票结束前您可以更改选择。请勿交给他人。",
    },
}
# What the door for slips and the shared tablet say. `door` heads the page, `label` the field, `wrong` answers
# every code that opens nothing, whatever the reason.
DOOR: Mapping[str, Mapping[str, str]] = {
    "it": {
        "door": "Vota con la scheda",
        "booth": "Qui si vota",
        "label": "Codice della scheda",
        "hint": "Sedici lettere e numeri, scritti sotto il quadrato. I trattini non servono.",
        "go": "Continua",
        "wrong": "Questo codice adesso non apre il voto. Controlla di averlo scritto bene; "
        "se è giusto, chiedi alla commissione elettorale.",
        "often": "Troppi tentativi. Aspetta qualche minuto e riprova.",
        "finish": "Ho finito",
        "done": "Il tuo voto è registrato. Puoi lasciare lo schermo.",
        "start": "Quando tocca a te, inquadra la scheda o scrivi il suo codice.",
        "stay": "Sei ancora qui? Fra poco lo schermo torna all'inizio.",
        "camera": "Inquadra la scheda",
    },
    "en": {
        "door": "Vote with your slip",
        "booth": "Vote here",
        "label": "Code on the slip",
        "hint": "Sixteen letters and digits, printed under the square. Hyphens do not matter.",
        "go": "Continue",
        "wrong": "This code does not open the vote now. Check that you typed it well; "
        "if it is right, ask the electoral committee.",
        "often": "Too many attempts. Wait a few minutes and try again.",
        "finish": "I have finished",
        "done": "Your vote is registered. You can leave the screen.",
        "start": "When it is your turn, show your slip or type its code.",
        "stay": "Are you still here? The screen is about to go back to the start.",
        "camera": "Scan the slip",
    },
    "ar": {
        "door": "صوّت ببطاقتك",
        "booth": "صوّت هنا",
        "label": "رمز البطاقة",
        "hint": "ستة عشر حرفًا ورقمًا مكتوبة تحت المربع. لا حاجة إلى الشرطات.",
        "go": "متابعة",
        "wrong": "هذا الرمز لا يفتح التصويت الآن. تأكد من كتابته؛ وإذا كان صحيحًا فاسأل اللجنة الانتخابية.",
        "often": "محاولات كثيرة. انتظر بضع دقائق ثم حاول من جديد.",
        "finish": "انتهيت",
        "done": "تم تسجيل صوتك. يمكنك ترك الشاشة.",
        "start": "عندما يحين دورك، أظهر بطاقتك أو اكتب رمزها.",
        "stay": "هل ما زلت هنا؟ ستعود الشاشة إلى البداية قريبًا.",
        "camera": "امسح البطاقة",
    },
    "es": {
        "door": "Vote con su papeleta",
        "booth": "Aquí se vota",
        "label": "Código de la papeleta",
        "hint": "Dieciséis letras y números, escritos bajo el cuadrado. Los guiones no hacen falta.",
        "go": "Continuar",
        "wrong": "Este código no abre el voto ahora. Compruebe que lo ha escrito bien; "
        "si es correcto, pregunte a la comisión electoral.",
        "often": "Demasiados intentos. Espere unos minutos e inténtelo de nuevo.",
        "finish": "He terminado",
        "done": "Su voto está registrado. Puede dejar la pantalla.",
        "start": "Cuando le toque, muestre su papeleta o escriba su código.",
        "stay": "¿Sigue aquí? La pantalla volverá pronto al inicio.",
        "camera": "Escanear la papeleta",
    },
    "ro": {
        "door": "Votați cu buletinul",
        "booth": "Aici se votează",
        "label": "Codul buletinului",
        "hint": "Șaisprezece litere și cifre, scrise sub pătrat. Cratimele nu sunt necesare.",
        "go": "Continuă",
        "wrong": "Acest cod nu deschide votul acum. Verificați dacă l-ați scris bine; "
        "dacă este corect, întrebați comisia electorală.",
        "often": "Prea multe încercări. Așteptați câteva minute și încercați din nou.",
        "finish": "Am terminat",
        "done": "Votul dvs. este înregistrat. Puteți părăsi ecranul.",
        "start": "Când vă vine rândul, arătați buletinul sau scrieți codul lui.",
        "stay": "Mai sunteți aici? Ecranul revine în curând la început.",
        "camera": "Scanați buletinul",
    },
    "zh": {
        "door": "用选票投票",
        "booth": "在此投票",
        "label": "选票代码",
        "hint": "印在方块下面的十六个字母和数字。不必输入连字符。",
        "go": "继续",
        "wrong": "此代码目前不能打开投票。请检查是否输入正确；如果正确，请询问选举委员会。",
        "often": "尝试次数过多。请等几分钟再试。",
        "finish": "我已完成",
        "done": "您的投票已登记。您可以离开屏幕。",
        "start": "轮到您时，请出示选票或输入代码。",
        "stay": "您还在吗？屏幕即将返回起始页。",
        "camera": "扫描选票",
    },
    "uk": {
        "door": "Голосуйте карткою",
        "booth": "Тут голосують",
        "label": "Код картки",
        "hint": "Шістнадцять літер і цифр під квадратом. Дефіси не потрібні.",
        "go": "Далі",
        "wrong": "Цей код зараз не відкриває голосування. Перевірте, чи правильно його введено; "
        "якщо так, зверніться до виборчої комісії.",
        "often": "Забагато спроб. Зачекайте кілька хвилин і спробуйте знову.",
        "finish": "Я закінчив(ла)",
        "done": "Ваш голос зареєстровано. Можете відійти від екрана.",
        "start": "Коли настане ваша черга, покажіть картку або введіть її код.",
        "stay": "Ви ще тут? Екран незабаром повернеться на початок.",
        "camera": "Сканувати картку",
    },
}
LANGUAGES = [
    ("it", "Italiano"), ("en", "English"), ("ar", "العربية"), ("es", "Español"), ("ro", "Română"),
    ("zh", "中文"), ("uk", "Українська"), ("fr", "Français"), ("sq", "Shqip"),
]  # fmt: skip


def words(language: str) -> Mapping[str, str]:
    """Return the sentences of a slip, Italian where the language is not among them."""
    return WORDS.get(language.split("-")[0], WORDS["it"])


def door_words(language: str) -> Mapping[str, str]:
    """Return the words of the door and the tablet, Italian where the language is not among them."""
    return DOOR.get(language.split("-")[0], DOOR["it"])
