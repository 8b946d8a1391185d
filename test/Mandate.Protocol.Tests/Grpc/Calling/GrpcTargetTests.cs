using Mandate.Protocol.Grpc;
using Mandate.Protocol.Grpc.Calling;

namespace Mandate.Protocol.Tests.Grpc.Calling;

public sealed class GrpcTargetTests
{
    [Theory]
    [InlineData("127.0.0.1:7000", "http://127.0.0.1:7000/")]
    [InlineData("localhost", "http://localhost:7233/")]
    [InlineData("http://engine:80", "http://engine/")]
    [InlineData("http://engine", "http://engine:7233/")]
    [InlineData("https://cluster.example", "https://cluster.example:7233/")]
    [InlineData("https://cluster.example:443", "https://cluster.example/")]
    [InlineData(" [::1]:7233 ", "http://[::1]:7233/")]
    public void Parse_Address_IsTaken(string target, string address) =>
        GrpcTarget.Parse(new() { Target = target }).BaseAddress.ToString().ShouldBe(address);

    [Theory]
    [InlineData("")]
    [InlineData("ftp://x")]
    [InlineData("host:port")]
    [InlineData("host:99999")]
    [InlineData("http://host/path")]
    [InlineData("http://user:secret@host")]
    public void Parse_NoAddress_IsRefusedWithoutQuotingIt(string target)
    {
        var error = Should.Throw<ArgumentException>(() => GrpcTarget.Parse(new() { Target = target }));

        error.Message.ShouldContain("host:port");
        error.Message.ShouldNotContain("secret");
    }

    [Fact]
    public void Parse_TlsSettings_MeanTls() =>
        GrpcTarget.Parse(new() { Target = "h:1", Tls = new() }).BaseAddress.ToString().ShouldBe("https://h:1/");

    [Fact]
    public void Parse_TlsSettingsAndCleartextScheme_IsRefused() =>
        Should.Throw<ArgumentException>(() => GrpcTarget.Parse(new() { Target = "http://h:1", Tls = new() })).Message.ShouldContain("https://");

    [Theory]
    [InlineData("localhost:1", true)]
    [InlineData("127.8.8.8:1", true)]
    [InlineData("[::1]:1", true)]
    [InlineData("10.0.0.1:1", false)]
    [InlineData("localhost.evil.example:1", false)]
    public void IsLoopback_Address_IsJudged(string target, bool loopback) =>
        GrpcTarget.Parse(new() { Target = target }).IsLoopback.ShouldBe(loopback);
}
