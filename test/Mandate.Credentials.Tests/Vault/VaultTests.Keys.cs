using Mandate.Credentials.Vault;
using Mandate.Credentials.Vault.Keys;

namespace Mandate.Credentials.Tests.Vault;

/// <summary>Rotation of the key-encryption keys, on every store.</summary>
public abstract partial class VaultTests
{
    private const string Operator = "olivia";

    [Fact]
    public async Task Retire_KeyThatHoldsSomething_SaysWhatAndWorksAfterTheRewrap()
    {
        await using var fixture = await CreateAsync();
        var (vault, ring, references) = await FilledAsync(fixture, 3);
        var old = ring.CurrentKeyId;
        var added = await vault.Keys.AddKeyAsync(ring, Operator);
        (await vault.Keys.UsesAsync()).ShouldBe([new KeyUse(old, 2, 3)], "a key that was added wraps nothing yet");

        var refused = await Should.ThrowAsync<KeyRingException>(() => vault.Keys.RetireAsync(ring, old, Operator));
        refused.Message.ShouldContain("2 keys of the vault");
        refused.Message.ShouldContain("3 secrets");
        (await KeyRing.OpenAsync(fixture.KeyFile)).KeyIds.ShouldBe([old, added]);

        (await vault.Keys.RewrapAsync(Operator)).ShouldBe(new KeyRewrap(added, 2, 3, 0));
        // The old data key stays for an hour, for what is being written at this moment; but no longer under the old key.
        (await vault.Keys.UsesAsync()).ShouldBe([new KeyUse(added, 3, 3)]);
        await vault.Keys.RetireAsync(ring, old, Operator);

        (await KeyRing.OpenAsync(fixture.KeyFile)).KeyIds.ShouldBe([added]);
        await AllReadableAsync(fixture, references);
        await vault.Keys.RetireAsync(ring, old, Operator);
        (await vault.Keys.RewrapAsync(Operator)).ShouldBe(new KeyRewrap(added, 0, 0, 0), "there is nothing left to do");
    }

    [Fact]
    public async Task Retire_KeyInUseOrUnknown_IsRefused()
    {
        await using var fixture = await CreateAsync();
        var (vault, ring, _) = await FilledAsync(fixture, 1);

        (await Should.ThrowAsync<KeyRingException>(() => vault.Keys.RetireAsync(ring, ring.CurrentKeyId, Operator))).Message.ShouldContain("in use");
        (await Should.ThrowAsync<KeyRingException>(() => vault.Keys.RetireAsync(ring, "kek-unknown", Operator))).Message.ShouldContain("no key 'kek-unknown'");
        (await vault.Keys.ChangesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Rewrap_InterruptedAtEachWrap_LosesNothingAndIsFinishedByTheNext()
    {
        await using var fixture = await CreateAsync();
        var (vault, ring, references) = await FilledAsync(fixture, 2);
        for (var wraps = 0; wraps <= 3; wraps++)
        {
            var old = ring.CurrentKeyId;
            await vault.Keys.AddKeyAsync(ring, Operator);
            // One wrap for the new data key, one for each of the fingerprint key and the data key before.
            var keys = new InterruptedEncryption(ring, wraps);
            var interrupted = await fixture.OpenAsync(encryption: keys);
            if (wraps < 3)
            {
                await Should.ThrowAsync<OperationCanceledException>(() => interrupted.Keys.RewrapAsync(Operator));
                await Should.ThrowAsync<KeyRingException>(() => vault.Keys.RetireAsync(ring, old, Operator));
            }
            else
            {
                await interrupted.Keys.RewrapAsync(Operator);
            }

            await AllReadableAsync(fixture, references);
            await vault.Keys.RewrapAsync(Operator);
            await vault.Keys.RetireAsync(ring, old, Operator);
            await AllReadableAsync(fixture, references);
            fixture.Time.Advance(TimeSpan.FromHours(2));
            await vault.Keys.RewrapAsync(Operator);
            (await vault.Keys.UsesAsync()).ShouldBe([new KeyUse(ring.CurrentKeyId, 2, 2)], "of the interrupted one nothing is left behind");
        }
    }

    [Fact]
    public async Task Rewrap_ByManyBesideWriters_NothingIsLost()
    {
        await using var fixture = await CreateAsync();
        var (vault, ring, _) = await FilledAsync(fixture, 1);
        var old = ring.CurrentKeyId;
        await vault.Keys.AddKeyAsync(ring, Operator);
        var others = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => fixture.OpenAsync()));

        var writes = others.SelectMany((v, i) => Enumerable.Range(0, 10).Select(n => v.SetAsync(VaultFixture.Setting($"{i}-{n}", name: $"{i}-{n}")))).ToList();
        await Task.WhenAll(others.Select(v => v.Keys.RewrapAsync(Operator)));
        var references = await Task.WhenAll(writes);
        await vault.Keys.RewrapAsync(Operator);
        await vault.Keys.RetireAsync(ring, old, Operator);

        await AllReadableAsync(fixture, references.ToDictionary(r => r, r => r.Name));
    }

    [Fact]
    public async Task Rewrap_WithAKeyRingFromBeforeTheRetirement_IsRefusedAndChangesNothing()
    {
        await using var fixture = await CreateAsync();
        var (vault, ring, references) = await FilledAsync(fixture, 1);
        var before = KeyRing.Parse(new Secret(await File.ReadAllTextAsync(fixture.KeyFile)));
        var stale = await fixture.OpenAsync(keys: before);
        await vault.Keys.AddKeyAsync(ring, Operator);
        await vault.Keys.RewrapAsync(Operator);
        await vault.Keys.RetireAsync(ring, before.CurrentKeyId, Operator);

        (await Should.ThrowAsync<KeyRingException>(() => stale.Keys.RotateAsync(Operator))).Message.ShouldContain("retired");

        (await vault.Keys.UsesAsync()).ShouldHaveSingleItem().KeyId.ShouldBe(ring.CurrentKeyId);
        await AllReadableAsync(fixture, references);
    }

    [Fact]
    public async Task Use_WhereTheNewestKeyIsMissing_IsUnavailableUntilItIsThere()
    {
        await using var fixture = await CreateAsync();
        var (vault, ring, references) = await FilledAsync(fixture, 1);
        var elsewhere = await fixture.OpenAsync(cacheFor: TimeSpan.Zero, keys: KeyRing.Parse(new Secret(await File.ReadAllTextAsync(fixture.KeyFile))));
        var added = await vault.Keys.AddKeyAsync(ring, Operator);
        await vault.Keys.RewrapAsync(Operator);

        foreach (var use in (Func<Task>[])[() => elsewhere.SetAsync(VaultFixture.Setting("x")), async () => await elsewhere.RedeemAsync(Owner, references.Keys.First(), Target)])
        {
            var error = await Should.ThrowAsync<CredentialException>(use);
            error.IsTransient.ShouldBeTrue();
            error.Message.ShouldContain(added);
        }
    }

    [Fact]
    public async Task Changes_OfKeys_WaitUntilTheyAreForgotten()
    {
        await using var fixture = await CreateAsync();
        var (vault, ring, _) = await FilledAsync(fixture, 2);
        var old = ring.CurrentKeyId;
        var added = await vault.Keys.AddKeyAsync(ring, Operator);
        await vault.Keys.RewrapAsync(Operator);
        await vault.Keys.RetireAsync(ring, old, Operator);
        await vault.Keys.RetireAsync(ring, old, Operator);

        var changes = await (await fixture.OpenAsync()).Keys.ChangesAsync();

        changes.Select(c => (c.Verb, c.KeyId, c.Entries)).Order().ShouldBe(
            new[] { ("create", added, 0L), ("rotate", added, 0L), ("rewrap", added, 4L), ("retire", old, 0L) }.Order(), "each once: retiring twice is one retirement");
        changes.ShouldAllBe(c => c.By == Operator);
        foreach (var change in changes)
            await vault.Keys.ForgetAsync(change);
        (await vault.Keys.ChangesAsync()).ShouldBeEmpty();
    }

    private static async Task<(CredentialVault Vault, KeyRing Ring, IReadOnlyDictionary<CredentialReference, string> References)> FilledAsync(VaultFixture fixture, int secrets)
    {
        var ring = await KeyRing.OpenAsync(fixture.KeyFile, createWhenMissing: true);
        var vault = await fixture.OpenAsync(keys: ring, cacheFor: TimeSpan.Zero);
        var references = new Dictionary<CredentialReference, string>();
        for (var i = 0; i < secrets; i++)
            references.Add(await vault.SetAsync(VaultFixture.Setting($"secret-{i}", name: $"name-{i}")), $"secret-{i}");
        return (vault, ring, references);
    }

    /// <summary>By a process that starts now, and has what is on disk alone.</summary>
    private static async Task AllReadableAsync(VaultFixture fixture, IReadOnlyDictionary<CredentialReference, string> secrets)
    {
        var fresh = await fixture.OpenAsync(keys: await KeyRing.OpenAsync(fixture.KeyFile), cacheFor: TimeSpan.Zero);
        foreach (var (reference, secret) in secrets)
            (await fresh.RedeemAsync(Owner, reference, Target)).Value.Reveal().ShouldBe(secret);
    }

    /// <summary>Ends its process, as it were, at a wrap.</summary>
    private sealed class InterruptedEncryption(KeyRing ring, int wraps) : IKeyEncryption
    {
        private int _left = wraps;

        public string CurrentKeyId => ring.CurrentKeyId;

        public ValueTask<WrappedKey> WrapAsync(ReadOnlyMemory<byte> dataKey, CancellationToken cancellation) =>
            _left-- > 0 ? ring.WrapAsync(dataKey, cancellation) : throw new OperationCanceledException("interrupted");

        public ValueTask<byte[]> UnwrapAsync(WrappedKey wrapped, CancellationToken cancellation) => ring.UnwrapAsync(wrapped, cancellation);
    }
}
