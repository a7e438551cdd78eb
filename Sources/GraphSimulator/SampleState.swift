extension Simulation {
    /// The default state, which is also an example of a state file.
    public static let sampleState = #"""
        {
          "apps": [
            {"id": "1234567890123456", "name": "Fake App", "secret": "FAKEsecret0001",
             "client_token": "FAKEclient0001", "redirect_uris": ["http://localhost:47231/"]},
            {"id": "2345678901234567", "name": "Other Fake App", "secret": "FAKEsecret0002",
             "client_token": "FAKEclient0002", "require_proof": false}
          ],
          "users": [
            {"id": "10200000000000009", "name": "Ann Fake",
             "permissions": [{"permission": "email", "status": "declined"}],
             "pages": [
              {"id": "1020000000000001", "name": "Fake Café",
               "category": "Community", "category_id": "2612"},
              {"id": "1020000000000002", "name": "Fake No-Token Page",
               "tasks": ["ANALYZE"], "gives_token": false},
              {"id": "1020000000000003", "name": "Fake Ünïcode & Søn",
               "category": "Bakery", "category_id": "128673187201735"},
              {"id": "1020000000000004", "name": "Fake 日本語ページ",
               "category": "Community", "category_id": "2612",
               "tasks": ["CREATE_CONTENT", "MODERATE", "MESSAGING", "ANALYZE"]},
              {"id": "1020000000000005", "name": "Fake Bakery 🥐",
               "category": "Bakery", "category_id": "128673187201735"},
              {"id": "1020000000000006", "name": "Fake \u001b[31mRed Page"},
              {"id": "1020000000000007", "name": "Fake Business Page",
               "business_owned": true},
              {"id": "1020000000000008", "name": "Fake مخبز",
               "category": "Bakery", "category_id": "128673187201735"},
              {"id": "1020000000000009", "name": "Fake \"Quoted\" 100% / Page"},
              {"id": "1020000000000010", "name": "Fake Page 10"},
              {"id": "1020000000000011", "name": "Fake Page 11"},
              {"id": "1020000000000012", "name": "Fake Page 12"},
              {"id": "1020000000000013", "name": "Fake Page 13"},
              {"id": "1020000000000014", "name": "Fake Page 14"},
              {"id": "1020000000000015", "name": "Fake Page 15"},
              {"id": "1020000000000016", "name": "Fake Page 16"},
              {"id": "1020000000000017", "name": "Fake Page 17"},
              {"id": "1020000000000018", "name": "Fake Page 18"},
              {"id": "1020000000000019", "name": "Fake Page 19"},
              {"id": "1020000000000020", "name": "Fake Page 20"},
              {"id": "1020000000000021", "name": "Fake Page 21"},
              {"id": "1020000000000022", "name": "Fake Page 22"},
              {"id": "1020000000000023", "name": "Fake Page 23"},
              {"id": "1020000000000024", "name": "Fake Page 24"},
              {"id": "1020000000000025", "name": "Fake Page 25"},
              {"id": "1020000000000026", "name": "Fake Page 26"},
              {"id": "1020000000000027", "name": "Fake Page 27"}
            ]},
            {"id": "10200000000000077", "name": "Fake System User", "system_user": true,
             "pages": [{"id": "1020000000000007"}]}
          ],
          "login_user": "10200000000000009",
          "reexchange": "same-token",
          "tokens": [
            {"token": "EAAFAKEshort0001", "app": "1234567890123456", "user": "10200000000000009",
             "type": "USER", "issued_at": "-56s", "expires_at": "+1h",
             "scopes": ["pages_show_list", "pages_read_engagement", "pages_manage_posts",
                        "business_management", "public_profile"]},
            {"token": "EAAFAKEother0001", "app": "2345678901234567", "user": "10200000000000009",
             "type": "USER", "issued_at": "-56s", "expires_at": "+1h",
             "scopes": ["pages_show_list", "public_profile"],
             "granular_scopes": [{"scope": "pages_show_list", "target_ids": ["1020000000000001"]}]},
            {"token": "EAAFAKEexpired01", "app": "1234567890123456", "user": "10200000000000009",
             "type": "USER", "issued_at": "-3h", "expires_at": "-75m",
             "scopes": ["public_profile"], "metadata": {"auth_type": "rerequest"}},
            {"token": "EAAFAKEsystem001", "app": "1234567890123456", "user": "10200000000000077",
             "type": "SYSTEM_USER", "issued_at": "-1d", "expires_at": "+59d",
             "scopes": ["pages_show_list", "pages_manage_posts", "business_management"]}
          ],
          "codes": [
            {"code": "AQAFAKEcode0000", "app": "1234567890123456", "user": "10200000000000009",
             "redirect_uri": "http://localhost:47231/",
             "scopes": ["pages_show_list", "pages_manage_posts", "public_profile"]}
          ],
          "instagram": {
            "apps": [
              {"id": "3456789012345678", "name": "Fake App-IG", "secret": "FAKEinstagram0001",
               "redirect_uris": ["https://fake.example/instagram"]},
              {"id": "3456789012345679", "name": "Other Fake App-IG",
               "secret": "FAKEinstagram0002"}
            ],
            "users": [
              {"id": "17841400000000009", "app_scoped_id": "24900000000000009",
               "username": "ann.fake", "name": "Ann Fake"}
            ],
            "login_user": "17841400000000009",
            "tokens": [
              {"token": "IGAAFAKEshort0001", "app": "3456789012345678",
               "user": "17841400000000009", "issued_at": "-56s", "expires_at": "+1h"},
              {"token": "IGAAFAKEyoung0001", "app": "3456789012345678",
               "user": "17841400000000009", "issued_at": "-1h"},
              {"token": "IGAAFAKEactive001", "app": "3456789012345678",
               "user": "17841400000000009", "issued_at": "-30d"},
              {"token": "IGQFAKEactive0001", "app": "3456789012345679",
               "user": "17841400000000009", "issued_at": "-30d"},
              {"token": "IGAAFAKEexpired01", "app": "3456789012345678",
               "user": "17841400000000009", "issued_at": "-61d"}
            ]
          },
          "threads": {
            "apps": [
              {"id": "4567890123456789", "name": "Fake App-TH", "secret": "FAKEthreads000001",
               "redirect_uris": ["https://fake.example/threads"]},
              {"id": "4567890123456780", "name": "Other Fake App-TH",
               "secret": "FAKEthreads000002"}
            ],
            "users": [
              {"id": "10200000000000555", "username": "ann_fake", "name": "Ann Fake"}
            ],
            "login_user": "10200000000000555",
            "tokens": [
              {"token": "THAAFAKEshort0001", "app": "4567890123456789",
               "user": "10200000000000555", "issued_at": "-56s", "expires_at": "+1h"},
              {"token": "THAAFAKEyoung0001", "app": "4567890123456789",
               "user": "10200000000000555", "issued_at": "-1h"},
              {"token": "THAAFAKEactive001", "app": "4567890123456789",
               "user": "10200000000000555", "issued_at": "-30d"},
              {"token": "THQFAKEactive0001", "app": "4567890123456780",
               "user": "10200000000000555", "issued_at": "-30d"},
              {"token": "THAAFAKEexpired01", "app": "4567890123456789",
               "user": "10200000000000555", "issued_at": "-61d"}
            ]
          },
          "faults": []
        }
        """#
}
