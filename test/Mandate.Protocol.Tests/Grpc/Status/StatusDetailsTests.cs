using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.ErrorDetails.V1;
using Mandate.Protocol.Grpc.Status;

namespace Mandate.Protocol.Tests.Grpc.Status;

public sealed class StatusDetailsTests
{
    [Fact]
    public void Encode_Details_ReadBackTyped()
    {
        IMessage[] details =
        [
            new NamespaceNotFoundFailure { Namespace = "ns" },
            new QueryFailedFailure { Failure = new() { Message = "no" } },
            Any.Pack(new Payload { Data = ByteString.CopyFromUtf8("other") }),
        ];

        var encoded = StatusDetails.Encode(RpcStatusCode.NotFound, "m", details).ShouldNotBeNull();

        encoded.ShouldNotEndWith("=");
        StatusDetails.Decode(encoded, RpcStatusCode.NotFound).ShouldBe(details);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("ab")]
    [InlineData("abc")]
    public void Decode_WithAndWithoutPadding_IsTheSame(string ns)
    {
        var status = new Api.Rpc.Status { Code = 5, Details = { Any.Pack(new NamespaceNotFoundFailure { Namespace = ns }) } };
        var padded = Convert.ToBase64String(status.ToByteArray());

        StatusDetails.Decode(padded, RpcStatusCode.NotFound).ShouldBe([new NamespaceNotFoundFailure { Namespace = ns }]);
        StatusDetails.Decode(padded.TrimEnd('='), RpcStatusCode.NotFound).ShouldBe([new NamespaceNotFoundFailure { Namespace = ns }]);
    }

    [Theory]
    [InlineData("not base64!")]
    [InlineData("/////w")]
    public void Decode_Garbage_IsIgnored(string encoded) => StatusDetails.Decode(encoded, RpcStatusCode.Internal).ShouldBeNull();

    [Fact]
    public void Decode_StatusOfAnotherCode_IsIgnored()
    {
        var encoded = StatusDetails.Encode(RpcStatusCode.NotFound, "m", [new NamespaceNotFoundFailure()]).ShouldNotBeNull();

        StatusDetails.Decode(encoded, RpcStatusCode.Internal).ShouldBeNull();
    }

    [Fact]
    public void Decode_KnownTypeWithGarbledBytes_StaysAny()
    {
        var any = new Any { TypeUrl = "type.googleapis.com/temporal.api.errordetails.v1.NamespaceNotFoundFailure", Value = ByteString.CopyFrom(0xFF) };
        var status = new Api.Rpc.Status { Code = 5, Details = { any } };

        StatusDetails.Decode(status.ToByteString().ToBase64(), RpcStatusCode.NotFound).ShouldBe([any]);
    }

    [Fact]
    public void Encode_DetailsTooLongForAHeader_KeepsTheFirstThatFit()
    {
        var small = new NamespaceNotFoundFailure { Namespace = "kept" };
        var large = new NamespaceNotFoundFailure { Namespace = new string('x', 100_000) };

        var encoded = StatusDetails.Encode(RpcStatusCode.NotFound, new string('m', 100_000), [small, large]).ShouldNotBeNull();

        encoded.Length.ShouldBeLessThanOrEqualTo(StatusDetails.MaxEncodedLength);
        StatusDetails.Decode(encoded, RpcStatusCode.NotFound).ShouldBe([small]);
        StatusDetails.Encode(RpcStatusCode.NotFound, "m", [large]).ShouldBeNull();
    }
}
