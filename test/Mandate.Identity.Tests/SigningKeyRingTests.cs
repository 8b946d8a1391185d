using System.Text.Json;
using Mandate.Identity.Keys;
using Mandate.Testing;

namespace Mandate.Identity.Tests;

public sealed class SigningKeyRingTests
{
    [Fact]
    public async Task Open_Missing_CreatesAFileForTheOwnerAloneAndReadsItBack()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.File("keys/principal.json");

        using var first = await SigningKeyRing.OpenAsync(path);
        using var second = await SigningKeyRing.OpenAsync(path);

        second.KeyIds.ShouldBe(first.KeyIds);
        Directory.GetFiles(Path.GetDirectoryName(path)!).ShouldBe([path], "nothing temporary is left");
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task Open_MissingAndNotToBeCreated_IsRefused()
    {
        using var directory = new TemporaryDirectory();

        (await Should.ThrowAsync<KeyRingException>(() => SigningKeyRing.OpenAsync(directory.File("none.json"), createWhenMissing: false))).Message.ShouldContain("missing");
    }

    [Fact]
    public async Task Open_ByManyAtOnce_AllHaveTheSameKey()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.File("keys.json");

        var rings = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => SigningKeyRing.OpenAsync(path))));

        rings.Select(r => r.KeyIds.ShouldHaveSingleItem()).Distinct().ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    public async Task Open_ReadableByOthers_IsRefusedAndSaysWhatToDo(UnixFileMode more)
    {
        if (OperatingSystem.IsWindows())
            return;
        using var directory = new TemporaryDirectory();
        var path = directory.File("keys.json");
        (await SigningKeyRing.OpenAsync(path)).Dispose();
        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | more);

        (await Should.ThrowAsync<KeyRingException>(() => SigningKeyRing.OpenAsync(path))).Message.ShouldContain("chmod 600");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"version":2,"keys":[]}""")]
    [InlineData("""{"version":1,"keys":[]}""")]
    [InlineData("""{"version":1,"keys":[{"id":"a","created":"2026-01-01T00:00:00Z","privateKey":"AAAA"}]}""")]
    public async Task Open_Damaged_IsRefused(string content)
    {
        using var directory = new TemporaryDirectory();
        var path = directory.File("keys.json");
        (await SigningKeyRing.OpenAsync(path)).Dispose();
        await File.WriteAllTextAsync(path, content);

        (await Should.ThrowAsync<KeyRingException>(() => SigningKeyRing.OpenAsync(path))).Message.ShouldContain("damaged");
    }

    [Fact]
    public async Task Open_KeyUnderAnotherId_IsRefused()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.File("keys.json");
        using var ring = await SigningKeyRing.OpenAsync(path);
        await File.WriteAllTextAsync(path, (await File.ReadAllTextAsync(path)).Replace(ring.KeyIds[0], "chosen", StringComparison.Ordinal));

        await Should.ThrowAsync<KeyRingException>(() => SigningKeyRing.OpenAsync(path));
    }

    [Fact]
    public async Task Rotate_ThenRemove_ChangesWhatSignsAndWhatVerifies()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.File("keys.json");
        using var ring = await SigningKeyRing.OpenAsync(path);
        var signer = new PrincipalSigner(ring);
        var verifier = new PrincipalVerifier(ring);
        var old = signer.SignPrincipal(new("alice", "acme"), "default", "order-1");

        var added = await ring.RotateAsync();
        var fresh = signer.SignPrincipal(new("alice", "acme"), "default", "order-1");

        ring.KeyIds[^1].ShouldBe(added);
        verifier.Verify(old, "default", "order-1").IsAccepted.ShouldBeTrue("runs that the old key signed go on");
        verifier.Verify(fresh, "default", "order-1").IsAccepted.ShouldBeTrue();
        using (var reopened = await SigningKeyRing.OpenAsync(path))
            reopened.KeyIds.ShouldBe(ring.KeyIds);

        await ring.RemoveAsync(ring.KeyIds[0]);

        verifier.Verify(old, "default", "order-1").Refusal.ShouldBe(PrincipalRefusal.UnknownKey, "the remembered verdict goes with the key");
        verifier.Verify(fresh, "default", "order-1").IsAccepted.ShouldBeTrue();
    }

    [Fact]
    public async Task Remove_TheKeyThatSignsOrAnUnknownOne_IsRefused()
    {
        using var directory = new TemporaryDirectory();
        using var ring = await SigningKeyRing.OpenAsync(directory.File("keys.json"));

        (await Should.ThrowAsync<ArgumentException>(() => ring.RemoveAsync(ring.KeyIds[0]))).Message.ShouldContain("Rotate first");
        await Should.ThrowAsync<ArgumentException>(() => ring.RemoveAsync("none"));
    }

    [Fact]
    public async Task Rotate_FileCannotBeWritten_LeavesTheRingAsItWas()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.File("sub/keys.json");
        using var ring = await SigningKeyRing.OpenAsync(path);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);

        await Should.ThrowAsync<KeyRingException>(() => ring.RotateAsync());

        ring.KeyIds.Count.ShouldBe(1);
    }

    [Fact]
    public async Task ToJsonWebKeySet_TwoKeys_PublishesPublicPartsOnly()
    {
        using var directory = new TemporaryDirectory();
        using var ring = await SigningKeyRing.OpenAsync(directory.File("keys.json"));
        await ring.RotateAsync();

        using var set = JsonDocument.Parse(ring.ToJsonWebKeySet());

        var keys = set.RootElement.GetProperty("keys").EnumerateArray().ToList();
        keys.Select(k => k.GetProperty("kid").GetString()).ShouldBe(ring.KeyIds);
        foreach (var key in keys)
        {
            key.EnumerateObject().Select(p => p.Name).ShouldBe(["kty", "crv", "x", "y", "kid", "use", "alg"]);
            // The platform's own reader of key sets agrees with ours, thumbprint included.
            var read = new Microsoft.IdentityModel.Tokens.JsonWebKey(key.GetRawText());
            Microsoft.IdentityModel.Tokens.Base64UrlEncoder.Encode(read.ComputeJwkThumbprint()).ShouldBe(read.Kid);
        }
    }

    [Fact]
    public async Task Rotate_ByAnotherProcess_IsFollowedAtOnceForWhatItSigns()
    {
        using var directory = new TemporaryDirectory();
        var clock = new ManualTimeProvider();
        var path = directory.File("keys.json");
        using var ring = await SigningKeyRing.OpenAsync(path, time: clock);
        using var another = await SigningKeyRing.OpenAsync(path, time: clock);
        var first = ring.KeyIds[0];

        var added = await another.RotateAsync();
        File.Exists(path + ".lock").ShouldBeTrue("who leaves does not remove it: one that had opened it and one that makes it anew would both have the turn");

        var signedByTheOther = new PrincipalSigner(another).SignPrincipal(EnvelopeFixture.Alice, "default", "order-1");
        new PrincipalVerifier(ring).Verify(signedByTheOther, "default", "order-1").IsAccepted.ShouldBeTrue("a run that is refused for a missed key is refused for good");
        clock.Advance(TimeSpan.FromSeconds(1));
        ring.List().ShouldBe([new(first, clock.GetUtcNow() - TimeSpan.FromSeconds(1), clock.GetUtcNow() - TimeSpan.FromSeconds(1), false), new(added, clock.GetUtcNow() - TimeSpan.FromSeconds(1), clock.GetUtcNow() - TimeSpan.FromSeconds(1), true)]);

        // Each changes what the file holds, not what it remembers.
        var third = await ring.RotateAsync();
        await another.RemoveAsync(first);
        clock.Advance(TimeSpan.FromSeconds(1));
        ring.KeyIds.ShouldBe([added, third]);
    }

    [Fact]
    public async Task Rotate_PublishedFirst_SignsWhenItsTimeHasCome()
    {
        using var directory = new TemporaryDirectory();
        var clock = new ManualTimeProvider();
        using var ring = await SigningKeyRing.OpenAsync(directory.File("keys.json"), time: clock);
        var first = ring.KeyIds[0];

        var added = await ring.RotateAsync(TimeSpan.FromMinutes(10));

        ring.ToJsonWebKeySet().ShouldContain(added);
        ring.Current.Id.ShouldBe(first);
        clock.Advance(TimeSpan.FromMinutes(10));
        ring.Current.Id.ShouldBe(added);
    }

    [Fact]
    public async Task Change_ToSomethingUnreadable_KeepsTheKeysAndSaysSo()
    {
        using var directory = new TemporaryDirectory();
        var (clock, loggers) = (new ManualTimeProvider(), new RecordingLoggers());
        var path = directory.File("keys.json");
        using var ring = await SigningKeyRing.OpenAsync(path, time: clock, loggers: loggers);
        var before = ring.KeyIds;

        await File.WriteAllTextAsync(path, "{");
        clock.Advance(TimeSpan.FromSeconds(1));

        ring.KeyIds.ShouldBe(before);
        loggers.Lines.ShouldContain(l => l.Contains("KeyRingUnreadable", StringComparison.Ordinal));
    }
}
