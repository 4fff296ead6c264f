//! Tokens that open, and everything else, which does not.
//! Must never hold a key of anybody's.
use super::*;
use proptest::prelude::*;

fn keys(secret: &str) -> LinkKeys {
    LinkKeys::parse(secret).unwrap()
}

const OLD: &str = r#"{"current":"1","1":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}"#;
const ROLLED: &str = r#"{"current":"2","1":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                         "2":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}"#;
const CLAIM: Claim = Claim { invoice: Ulid(11), link: Ulid(22) };

#[test]
fn a_token_of_an_older_key_still_opens_after_a_rotation() {
    let token = keys(OLD).sign(CLAIM).unwrap();
    assert_eq!(token.len(), TOKEN_CHARS);
    assert_eq!(keys(ROLLED).verify(&token), Some(CLAIM));
    let newer = keys(ROLLED).sign(CLAIM).unwrap();
    assert_eq!(keys(OLD).verify(&newer), None);
}

#[test]
fn a_key_file_that_could_not_sign_is_refused() {
    for bad in [
        "",
        "[]",
        "{}",
        r#"{"current":"1"}"#,
        r#"{"current":"1","1":"short"}"#,
        r#"{"current":"x","1":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}"#,
    ] {
        assert!(LinkKeys::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_key_of_32_characters_signs_and_one_of_31_does_not() {
    for (length, signs) in [(31, false), (32, true), (33, true)] {
        let secret = format!(r#"{{"current":"1","1":"{}"}}"#, "k".repeat(length));
        let token = LinkKeys::parse(&secret).and_then(|keys| keys.sign(CLAIM));
        assert_eq!(token.is_ok(), signs, "{length}");
    }
}

#[test]
fn keys_shown_in_a_log_are_counted_and_not_shown() {
    let shown = format!("{:?}", keys(ROLLED));
    assert!(shown.contains("current 2") && shown.contains("2 keys"), "{shown}");
    assert!(!shown.contains("aaaa") && !shown.contains("bbbb"));
}

#[test]
fn a_token_under_a_key_that_is_not_there_is_forged_whoever_signed_it() {
    let keys = keys(ROLLED);
    let genuine = URL_SAFE_NO_PAD.decode(keys.sign(CLAIM).unwrap()).unwrap();
    // Also with the very key that stands in for a missing one.
    for (id, key) in [(9, &keys.nobodys), (9, &keys.keys[&1]), (1, &keys.nobodys)] {
        let mut claim = genuine[..CLAIM_BYTES].to_vec();
        claim[0] = id;
        let signature = tag(key, &claim);
        let forged = URL_SAFE_NO_PAD.encode([&claim[..], &signature].concat());
        assert_eq!(keys.verify(&forged), None, "key {id}");
    }
}

#[test]
fn a_token_has_one_length_and_one_spelling() {
    let keys = keys(OLD);
    let token = keys.sign(CLAIM).unwrap();
    let standard = token.replace('-', "+").replace('_', "/");
    let mut others = vec![format!("{token}A"), format!("{token}="), format!(" {token}"), standard];
    others.extend((0..TOKEN_CHARS).map(|length| token[..length].to_owned()));
    others.extend(["é".repeat(34), "\0".repeat(TOKEN_CHARS), token.repeat(2)]);
    for other in others.iter().filter(|other| **other != token) {
        assert_eq!(keys.verify(other), None, "{other:?}");
    }
    // What is cut off or filled up must not count: this one ends in what it is filled up with.
    let ends_in_a = (0..10_000u128)
        .map(|link| keys.sign(Claim { link: Ulid(link), ..CLAIM }).unwrap())
        .find(|token| token.ends_with('A'));
    assert_eq!(keys.verify(&ends_in_a.unwrap()[..TOKEN_CHARS - 1]), None);
}

/// Marsaglia's xorshift64: guesses need to be many and repeatable, not good.
struct Guesses(u64);

impl Guesses {
    fn next(&mut self) -> [u8; 8] {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.to_le_bytes()
    }

    /// Writes over a part of a token.
    fn write(&mut self, part: &mut [u8]) {
        const LETTERS: &[u8; 64] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        for some in part.chunks_mut(8) {
            for (place, byte) in some.iter_mut().zip(self.next()) {
                *place = LETTERS[usize::from(byte % 64)];
            }
        }
    }

    /// One of six ways to guess, from nothing known to nearly all of a genuine token.
    fn guess<'g>(
        &mut self,
        way: usize,
        genuine: &[u8],
        guess: &'g mut [u8; TOKEN_CHARS],
    ) -> &'g str {
        guess.copy_from_slice(genuine);
        let place = usize::from(self.next()[0]) % TOKEN_CHARS;
        match way {
            0 => self.write(guess),
            1 => self.write(&mut guess[place..=place]),
            // The tag begins with the 44th character: 33 bytes are 44 characters.
            2 => self.write(&mut guess[44..]),
            3 => self.write(&mut guess[2..44]),
            // The key's number.
            4 => self.write(&mut guess[..2]),
            _ => return std::str::from_utf8(&guess[..place]).unwrap(),
        }
        std::str::from_utf8(guess).unwrap()
    }
}

/// On two threads, since nothing here is optimised.
#[test]
fn faults_row_25_of_a_million_guesses_none_is_a_token() {
    const GUESSES: usize = 1_000_000;
    const THREADS: u64 = 2;
    let keys = keys(ROLLED);
    let token = keys.sign(CLAIM).unwrap();
    let began = std::time::Instant::now();
    let try_some = &|seed: u64| {
        let (mut guesses, mut text, mut tried) = (Guesses(seed), [0; TOKEN_CHARS], 0);
        while tried < GUESSES / 2 {
            let guess = guesses.guess(tried % 6, token.as_bytes(), &mut text);
            // A character may have been replaced by itself.
            if guess != token {
                assert_eq!(keys.verify(guess), None, "seed {seed}, guess {tried}: {guess}");
                tried += 1;
            }
        }
    };
    let seed = 0x9E37_79B9_7F4A_7C15 ^ u64::from(std::process::id());
    println!("guesses from seed {seed} on");
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            scope.spawn(move || try_some(seed + thread));
        }
    });
    assert_eq!(keys.verify(&token), Some(CLAIM), "and the genuine one opens");
    println!("{GUESSES} guesses in {:?}", began.elapsed());
}

#[test]
fn a_pseudonym_is_the_same_in_its_window_and_another_in_the_next() {
    let (keys, other) = (keys(ROLLED), keys(OLD));
    let name = keys.pseudonym([7; 16], 600);
    assert_eq!((name.len(), &name), (32, &keys.pseudonym([7; 16], 600)));
    for another in [keys.pseudonym([8; 16], 600), keys.pseudonym([7; 16], 1_200)] {
        assert_ne!(name, another);
    }
    assert_ne!(name, other.pseudonym([7; 16], 600), "without the key it cannot be made");
}

proptest! {
    #[test]
    fn a_text_is_read_as_the_standard_says(bytes in prop::array::uniform32(any::<u8>()), at in 0..TOKEN_CHARS, by in any::<u8>()) {
        let mut whole = [0; TOKEN_BYTES];
        whole[..32].copy_from_slice(&bytes);
        let text: [u8; TOKEN_CHARS] = URL_SAFE_NO_PAD.encode(whole).into_bytes().try_into().unwrap();
        let (read, readable) = decode(text);
        prop_assert_eq!((read, bool::from(readable)), (whole, true));
        let mut other = text;
        other[at] = by;
        let (read, readable) = decode(other);
        match URL_SAFE_NO_PAD.decode(other) {
            Ok(expected) => prop_assert_eq!((read.to_vec(), bool::from(readable)), (expected, true)),
            Err(_) => prop_assert!(!bool::from(readable)),
        }
    }

    #[test]
    fn one_changed_character_makes_a_token_forged(place in 0..TOKEN_CHARS, by in "[A-Za-z0-9_-]") {
        let keys = keys(OLD);
        let token = keys.sign(CLAIM).unwrap();
        let mut forged = token.clone();
        forged.replace_range(place..=place, &by);
        prop_assume!(forged != token);
        prop_assert_eq!(keys.verify(&forged), None);
    }

    #[test]
    fn no_text_is_a_token(text in ".{0,100}") {
        prop_assert_eq!(keys(OLD).verify(&text), None);
    }
}
