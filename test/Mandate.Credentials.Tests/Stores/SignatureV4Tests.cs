using System.Text;
using Mandate.Credentials.Stores.Aws;
using Mandate.Testing;

namespace Mandate.Credentials.Tests.Stores;

/// <summary>Against the examples AWS publishes: its Signature Version 4 test suite (key AKIDEXAMPLE, 30 August 2015) and the general reference's IAM request.</summary>
public sealed class SignatureV4Tests
{
    private static readonly AwsCredentials Example = new("AKIDEXAMPLE", new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"));
    private static readonly DateTimeOffset Then = new(2015, 8, 30, 12, 36, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("GET", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    [InlineData("POST", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")]
    [Scenario("worker-authentication", 30)]
    public void Sign_VanillaRequestOfTheTestSuite_GivesThePublishedSignature(string method, string signature)
    {
        using var request = new HttpRequestMessage(new(method), "https://example.amazonaws.com/");

        SignatureV4.Sign(request, [], Example, "us-east-1", "service", Then);

        request.Headers.NonValidated["Authorization"].ToString().ShouldBe(
            $"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature={signature}");
        request.Headers.NonValidated["X-Amz-Date"].ToString().ShouldBe("20150830T123600Z");
    }

    [Fact]
    [Scenario("worker-authentication", 30)]
    public void Sign_IamRequestOfTheGeneralReference_GivesThePublishedSignature()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08");
        request.Content = new ByteArrayContent([]);
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");

        SignatureV4.Sign(request, [], Example, "us-east-1", "iam", Then);

        request.Headers.NonValidated["Authorization"].ToString().ShouldBe(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, "
            + "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
    }

    [Fact]
    public void Sign_AnyPartChanged_GivesAnotherSignature()
    {
        string Signature(string path = "/", string body = "b", string region = "r", int minute = 0, string session = "t")
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"https://h.example{path}");
            SignatureV4.Sign(request, Encoding.UTF8.GetBytes(body), Example with { SessionToken = new(session) }, region, "s", Then.AddMinutes(minute));
            return request.Headers.NonValidated["Authorization"].ToString().Split("Signature=")[1];
        }

        new[] { Signature(), Signature(path: "/x"), Signature(body: "c"), Signature(region: "q"), Signature(minute: 1), Signature(session: "u") }.Distinct().Count().ShouldBe(6);
        Signature().ShouldBe(Signature());
    }
}
