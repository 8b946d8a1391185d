using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Conversion;
using Mandate.Protocol.Failures;

namespace Mandate.Protocol.Tests.Conversion;

public sealed class DataConverterTests
{
    private readonly DataConverter _converter = DataConverter.Default with { Codec = new ReversingCodec() };

    [Fact]
    public async Task ToPayloadsAsync_WithCodec_RoundTrips()
    {
        var payloads = await _converter.ToPayloadsAsync(["only"]);

        payloads!.Payloads_[0].Metadata["encoding"].ToStringUtf8().ShouldBe("binary/reversed-a");
        (await _converter.ToSingleValueAsync<string>(payloads)).ShouldBe("only");
        (await _converter.ToValueAsync<string>(await _converter.ToPayloadAsync("one"))).ShouldBe("one");
    }

    [Fact]
    public async Task ToSingleValueAsync_NoPayload_IsNullWhereTheTypeAllows()
    {
        (await _converter.ToSingleValueAsync<string?>(null)).ShouldBeNull();
        (await _converter.ToSingleValueAsync<int?>(new Payloads())).ShouldBeNull();
        (await Should.ThrowAsync<PayloadConversionException>(() => _converter.ToSingleValueAsync<int>(null))).Message.ShouldContain("found 0");
    }

    [Fact]
    public async Task ToSingleValueAsync_TwoPayloads_SaysHowMany()
    {
        var payloads = await _converter.ToPayloadsAsync([1, 2]);

        (await Should.ThrowAsync<PayloadConversionException>(() => _converter.ToSingleValueAsync<int>(payloads))).Message.ShouldContain("found 2");
    }

    [Fact]
    public async Task ToFailureAsync_WithCodecAndEncodedAttributes_LeavesNothingReadable()
    {
        var converter = _converter with { FailureConverter = new DefaultFailureConverter(new() { EncodeCommonAttributes = true }) };
        var original = new ApplicationFailureException("hush", new InvalidOperationException("hush too"), "Kind", details: ["hush three"]);

        var failure = await converter.ToFailureAsync(original);

        failure.ToString().ShouldNotContain("hush");
        var again = (await converter.ToExceptionAsync(failure)).ShouldBeOfType<ApplicationFailureException>();
        again.Message.ShouldBe("hush");
        again.InnerException!.Message.ShouldBe("hush too");
        again.Details.ElementAt<string>(0).ShouldBe("hush three");
    }
}
