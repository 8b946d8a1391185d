using Mandate.Protocol.Grpc;
using Mandate.Protocol.Grpc.Calling;
using Mandate.Testing;

namespace Mandate.Protocol.Tests.Grpc.Calling;

public sealed class OutgoingMetadataTests
{
    [Theory]
    [InlineData("authorization")]
    [InlineData("Authorization")]
    [InlineData("cookie")]
    [Scenario("worker-authentication", 36)]
    public void Write_CredentialInClearToAnotherMachine_IsRefusedWithoutQuotingIt(string key)
    {
        var error = Should.Throw<RpcException>(() => Write("engine.example:7233", key, "Bearer hunter2"));

        error.Code.ShouldBe(RpcStatusCode.FailedPrecondition);
        error.Message.ShouldContain("engine.example:7233");
        error.Message.ShouldContain("TLS");
        error.Message.ShouldNotContain("hunter2");
    }

    [Theory]
    [InlineData("127.0.0.1:7233", false)]
    [InlineData("https://engine.example:7233", false)]
    [InlineData("engine.example:7233", true)]
    [Scenario("worker-authentication", 36)]
    public void Write_CredentialToLoopbackOrTlsOrAllowed_IsSent(string target, bool allow) =>
        Write(target, "authorization", "Bearer t", allow).Headers.GetValues("authorization").ShouldBe(["Bearer t"]);

    [Theory]
    [InlineData("grpc-timeout")]
    [InlineData("grpc-anything")]
    [InlineData("te")]
    [InlineData("content-type")]
    [InlineData(":path")]
    [InlineData("")]
    [InlineData("white space")]
    [InlineData("line\nbreak")]
    [InlineData("ключ")]
    public void Write_KeyThatIsNone_IsRefused(string key) =>
        Should.Throw<RpcException>(() => Write("127.0.0.1:1", key, "v")).Code.ShouldBe(RpcStatusCode.InvalidArgument);

    [Theory]
    [InlineData("a\r\nx-injected: b")]
    [InlineData("a\0")]
    [InlineData("é")]
    public void Write_ValueThatCannotBeSent_IsRefusedWithoutQuotingIt(string value)
    {
        var error = Should.Throw<RpcException>(() => Write("127.0.0.1:1", "x-value", value));

        error.Code.ShouldBe(RpcStatusCode.InvalidArgument);
        error.Message.ShouldNotContain(value);
    }

    private static HttpRequestMessage Write(string target, string key, string value, bool allow = false)
    {
        var request = new HttpRequestMessage();
        OutgoingMetadata.Write(new([new(key, value)]), request.Headers, GrpcTarget.Parse(new() { Target = target }), allow);
        return request;
    }
}
