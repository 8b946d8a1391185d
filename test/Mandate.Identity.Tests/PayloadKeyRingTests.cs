using Mandate.Identity.Keys;
using Mandate.Protocol.Conversion;
using Mandate.Protocol.Conversion.Sealing;
using Mandate.Testing;

namespace Mandate.Identity.Tests;

public sealed class PayloadKeyRingTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ManualTimeProvider _clock = new();

    private string Path => _directory.File("payload-keys.json");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Rotate_ByAnotherProcess_IsFollowedAndSealedPayloadsStayReadable()
    {
        using var ring = await PayloadKeyRing.OpenAsync(Path, createWhenMissing: true, _clock);
        using var another = await PayloadKeyRing.OpenAsync(Path, time: _clock);
        var (codec, theirs) = (new SealingCodec(ring, new() { Namespace = "default" }), new SealingCodec(another, new() { Namespace = "default" }));
        var plain = DataConverter.Default.PayloadConverter.ToPayload("x");
        var old = await codec.EncodeOneAsync(plain);

        var added = await another.RotateAsync();

        // Sealed by the other one a moment ago: the missed key is looked for at once.
        (await codec.DecodeOneAsync(await theirs.EncodeOneAsync(plain))).ShouldBe(plain);
        _clock.Advance(TimeSpan.FromSeconds(1));
        (await codec.EncodeOneAsync(plain)).Metadata["encryption-key-id"].ToStringUtf8().ShouldBe(added);
        (await codec.DecodeOneAsync(old)).ShouldBe(plain);
    }

    [Fact]
    public async Task Rotate_DistributedFirst_SealsWhenItsTimeHasCome()
    {
        using var ring = await PayloadKeyRing.OpenAsync(Path, createWhenMissing: true, _clock);
        var first = ring.Current.Id;

        var added = await ring.RotateAsync(TimeSpan.FromHours(1));

        ring.Find(added).ShouldNotBeNull();
        ring.Current.Id.ShouldBe(first);
        _clock.Advance(TimeSpan.FromHours(1));
        ring.Current.Id.ShouldBe(added);
        ring.List().Select(k => k.IsCurrent).ShouldBe([false, true]);
    }

    [Fact]
    public async Task Remove_KeyOfOldPayloads_MakesThemUnreadable()
    {
        using var ring = await PayloadKeyRing.OpenAsync(Path, createWhenMissing: true, _clock);
        var codec = new SealingCodec(ring, new() { Namespace = "default" });
        var old = await codec.EncodeOneAsync(DataConverter.Default.PayloadConverter.ToPayload("x"));
        var first = ring.Current.Id;
        await Should.ThrowAsync<ArgumentException>(() => ring.RemoveAsync(first));
        await ring.RotateAsync();

        await ring.RemoveAsync(first);

        await Should.ThrowAsync<PayloadConversionException>(() => codec.DecodeOneAsync(old));
    }

    [Fact]
    public async Task Open_MissingOrDamaged_IsRefused()
    {
        await Should.ThrowAsync<KeyRingException>(() => PayloadKeyRing.OpenAsync(Path));
        (await PayloadKeyRing.OpenAsync(Path, createWhenMissing: true)).Dispose();
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(Path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);

        await File.WriteAllTextAsync(Path, """{"version":1,"keys":[{"id":"a","created":"2026-01-01T00:00:00Z","key":"AAAA"}]}""");

        (await Should.ThrowAsync<KeyRingException>(() => PayloadKeyRing.OpenAsync(Path))).Message.ShouldContain("damaged");
    }
}
