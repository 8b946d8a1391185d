using System.Text;
using Google.Protobuf;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Conversion;
using Mandate.Protocol.Conversion.Sealing;

namespace Mandate.Protocol.Tests.Conversion;

public sealed class SealingCodecTests
{
    private const string Canary = "canary-7f3a";

    private readonly PayloadKey _first = PayloadKey.Create("first");
    private readonly PayloadKey _second = PayloadKey.Create("second");

    private static readonly Payload Plain = DataConverter.Default.PayloadConverter.ToPayload(Canary);

    private SealingCodec Codec(Func<SealingCodecOptions, SealingCodecOptions>? change = null, params PayloadKey[] keys)
    {
        var options = new SealingCodecOptions { Namespace = "default" };
        return new(new FixedPayloadKeys(keys.Length > 0 ? keys : [_first]), change?.Invoke(options) ?? options);
    }

    [Fact]
    public async Task Encode_Payload_HasTheLayoutAndShowsNothing()
    {
        var encoded = await Codec().EncodeOneAsync(Plain);

        encoded.Metadata.ToDictionary(m => m.Key, m => m.Value.ToStringUtf8()).ShouldBe(new Dictionary<string, string> { ["encoding"] = "binary/encrypted", ["encryption-key-id"] = "first" });
        encoded.Data.Length.ShouldBe(12 + Plain.CalculateSize() + 16);
        Encoding.Latin1.GetString(encoded.ToByteArray()).ShouldNotContain(Canary);
        (await Codec().EncodeOneAsync(Plain)).Data.ShouldNotBe(encoded.Data, "each takes a nonce of its own");
        (await Codec().DecodeOneAsync(encoded)).ShouldBe(Plain);
    }

    [Fact]
    public async Task Decode_AnyByteChanged_IsRefused()
    {
        var encoded = await Codec().EncodeOneAsync(Plain);

        for (var i = 0; i < encoded.Data.Length; i++)
        {
            var bytes = encoded.Data.ToByteArray();
            bytes[i] ^= 1;
            (await Should.ThrowAsync<PayloadConversionException>(() => Codec().DecodeOneAsync(new(encoded) { Data = ByteString.CopyFrom(bytes) }))).Message.ShouldContain("changed");
        }

        foreach (var length in (int[])[0, 1, 11, 12, 27, 28, encoded.Data.Length - 1])
            await Should.ThrowAsync<PayloadConversionException>(() => Codec().DecodeOneAsync(new(encoded) { Data = ByteString.CopyFrom(encoded.Data.Span[..length]) }));
    }

    [Fact]
    public async Task Decode_OfAnotherNamespaceOrKey_IsRefused()
    {
        var encoded = await Codec().EncodeOneAsync(Plain);
        var renamed = new Payload(encoded) { Metadata = { ["encryption-key-id"] = ByteString.CopyFromUtf8("second") } };

        (await Should.ThrowAsync<PayloadConversionException>(() => Codec(o => o with { Namespace = "staging" }).DecodeOneAsync(encoded))).Message.ShouldContain("another namespace");
        (await Should.ThrowAsync<PayloadConversionException>(() => Codec(keys: _second).DecodeOneAsync(encoded))).Message.ShouldContain("'first', which is not known");
        await Should.ThrowAsync<PayloadConversionException>(() => Codec(null, _first, _second).DecodeOneAsync(renamed));
        await Should.ThrowAsync<PayloadConversionException>(() => Codec().DecodeOneAsync(new(encoded) { Metadata = { ["encryption-key-id"] = ByteString.CopyFrom(0xff, 0x0a) } }));
    }

    [Fact]
    public async Task Rotate_NewKeySealsAndOldOneOpens()
    {
        var old = await Codec().EncodeOneAsync(Plain);
        var rotated = Codec(null, _second, _first);

        (await rotated.EncodeOneAsync(Plain)).Metadata["encryption-key-id"].ToStringUtf8().ShouldBe("second");
        (await rotated.DecodeOneAsync(old)).ShouldBe(Plain);
    }

    [Fact]
    public async Task Decode_Unsealed_IsLeftAloneUnlessRefused()
    {
        (await Codec().DecodeOneAsync(Plain)).ShouldBe(Plain);

        (await Should.ThrowAsync<PayloadConversionException>(() => Codec(o => o with { AllowUnsealed = false }).DecodeOneAsync(Plain))).Message.ShouldContain("not encrypted");
    }

    [Fact]
    public async Task Visit_Headers_AreSealedButForThoseThatMustBeRead()
    {
        var codec = Codec();
        var message = new RespondWorkflowTaskCompletedRequest
        {
            Commands =
            {
                new Command
                {
                    StartChildWorkflowExecutionCommandAttributes = new()
                    {
                        Input = new() { Payloads_ = { Plain } },
                        Header = new() { Fields = { ["own"] = Plain, ["mandate-principal"] = Plain, ["mandate-actor"] = Plain, ["_tracer-data"] = Plain } },
                    },
                },
            },
        };

        var encoded = await PayloadVisitor.EncodeAsync(message, codec);

        var fields = encoded.Commands[0].StartChildWorkflowExecutionCommandAttributes.Header.Fields;
        fields["own"].Metadata["encoding"].ToStringUtf8().ShouldBe("binary/encrypted");
        foreach (var readable in (string[])["mandate-principal", "mandate-actor", "_tracer-data"])
            fields[readable].ShouldBe(Plain);
        (await PayloadVisitor.DecodeAsync(encoded, codec)).ShouldBe(message);
        (await PayloadVisitor.DecodeAnyAsync(encoded, codec)).ShouldBe(message);
        (await PayloadVisitor.EncodeAsync(message, Codec(o => o with { SealHeaders = false }))).Commands[0].StartChildWorkflowExecutionCommandAttributes.Header
            .ShouldBe(message.Commands[0].StartChildWorkflowExecutionCommandAttributes.Header);
    }

    [Fact]
    public async Task SealAndOpen_ByManyThreads_AreRight()
    {
        var codec = Codec();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(t => Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++)
            {
                var payload = DataConverter.Default.PayloadConverter.ToPayload($"{t}-{i}");
                (await codec.DecodeOneAsync(await codec.EncodeOneAsync(payload))).ShouldBe(payload);
            }
        })));
    }

    [Fact]
    public void Key_ThatCannotBe_IsRefusedAndNeverShown()
    {
        Should.Throw<ArgumentException>(() => new PayloadKey("", new byte[32]));
        Should.Throw<ArgumentException>(() => new PayloadKey("a b", new byte[32]));
        Should.Throw<ArgumentException>(() => new PayloadKey("a", new byte[16]));
        Should.Throw<ArgumentException>(() => new SealingCodec(new FixedPayloadKeys(_first), new() { Namespace = "" }));
        _first.ToString().ShouldBe("payload key first");
    }
}
