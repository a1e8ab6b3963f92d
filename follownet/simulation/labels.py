"""What Instagram's labels are called in other languages.

A label without translation stays English. Of Italian, Portuguese, Spanish, French and German
the names of the owner's fields are those of exports seen or described; their other labels, and
all of Indonesian, Polish and Russian, are translations that are untried on real files.
"""

from __future__ import annotations

LABELS: dict[str, dict[str, str]] = {
    "en": {},
    "tr": {
        "URL": "İnternet Adresi (URL)",
        "Name": "Ad",
        "Username": "Kullanıcı adı",
        "Caption": "Açıklama",
        "Title": "Başlık",
        "Hashtags": "Konu etiketleri",
        "Owner": "Sahibi",
        "Comment": "Yorum",
        "Media Owner": "Medya Sahibi",
        "Time": "Zaman",
        "Saved on": "Kaydedilme Tarihi",
    },
    "nl": {
        "Name": "Naam",
        "Username": "Gebruikersnaam",
        "Caption": "Bijschrift",
        "Title": "Titel",
        "Owner": "Eigenaar",
        "Comment": "Opmerking",
        "Media Owner": "Media-eigenaar",
        "Time": "Tijd",
        "Saved on": "Opgeslagen op",
        "Author": "Auteur",
    },
    "it": {
        "Name": "Nome",
        "Username": "Nome utente",
        "Comment": "Commento",
        "Media Owner": "Proprietario del contenuto multimediale",
        "Time": "Ora",
        "Saved on": "Data salvataggio",
        "Author": "Autore",
    },
    "pt": {
        "Name": "Nome",
        "Username": "Nome de usuário",
        "Comment": "Comentário",
        "Media Owner": "Proprietário da mídia",
        "Time": "Horário",
        "Saved on": "Salvo em",
        "Author": "Autor",
    },
    "es": {
        "Name": "Nombre",
        "Username": "Nombre de usuario",
        "Comment": "Comentario",
        "Media Owner": "Propietario del contenido multimedia",
        "Time": "Hora",
        "Saved on": "Fecha de guardado",
        "Author": "Autor",
    },
    "de": {
        "Username": "Benutzername",
        "Comment": "Kommentar",
        "Media Owner": "Eigentümer der Medien",
        "Time": "Zeit",
        "Saved on": "Gespeichert am",
        "Author": "Verfasser",
    },
    "fr": {
        "Name": "Nom",
        "Username": "Nom d’utilisateur",
        "Comment": "Commentaire",
        "Media Owner": "Propriétaire du média",
        "Time": "Heure",
        "Saved on": "Enregistré le",
        "Author": "Auteur",
    },
    "id": {
        "Name": "Nama",
        "Username": "Nama pengguna",
        "Comment": "Komentar",
        "Media Owner": "Pemilik media",
        "Time": "Waktu",
        "Saved on": "Disimpan pada",
        "Author": "Penulis",
    },
    "pl": {
        "Name": "Imię i nazwisko",
        "Username": "Nazwa użytkownika",
        "Comment": "Komentarz",
        "Media Owner": "Właściciel multimediów",
        "Time": "Godzina",
        "Saved on": "Data zapisania",
        "Author": "Autor",
    },
    "ru": {
        "Name": "Имя",
        "Username": "Имя пользователя",
        "Comment": "Комментарий",
        "Media Owner": "Владелец медиафайла",
        "Time": "Время",
        "Saved on": "Сохранено",
        "Author": "Автор",
    },
}
