using System.Text;
using Mandate.Aws;
using Mandate.Testing;

namespace Mandate.Credentials.Tests.Stores;

/// <summary>
/// Against the examples AWS publishes: its Signature Version 4 test suite (key AKIDEXAMPLE, 30 August 2015), the general reference's IAM request, and the examples of S3's reference (24 May 2013).
/// The one file is compiled into each room that calls AWS, so these hold for all of them.
/// </summary>
public sealed class SignatureV4Tests
{
    private static readonly SignatureV4.Keys Example = new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    private static readonly SignatureV4.Keys S3Example = new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
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

    [Theory]
    [InlineData("get-vanilla-query-order-key-case", "/?Param2=value2&Param1=value1", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")]
    [InlineData("get-vanilla-query-unreserved", "/?-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz=-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197")]
    [InlineData("get-vanilla-utf8-query", "/?ሴ=bar", "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04")]
    [InlineData("get-vanilla-empty-query-key", "/?Param1=value1", "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb")]
    [InlineData("normalize-path/get-relative", "/example/..", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    public void Sign_AddressOfTheTestSuite_GivesThePublishedSignature(string name, string address, string signature)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://example.amazonaws.com{address}");

        SignatureV4.Sign(request, [], Example, "us-east-1", "service", Then);

        SignatureOf(request).ShouldBe(signature, name);
    }

    [Theory]
    [InlineData("get-header-value-trim", "GET", "My-Header1| value1;My-Header2| \"a   b   c\"", "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736")]
    [InlineData("post-header-key-sort", "POST", "My-Header1|value1", "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c")]
    [InlineData("post-header-value-case", "POST", "My-Header1|VALUE1", "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d")]
    public void Sign_HeadersOfTheTestSuite_GivesThePublishedSignature(string name, string method, string headers, string signature)
    {
        using var request = new HttpRequestMessage(new(method), "https://example.amazonaws.com/");
        foreach (var header in headers.Split(';'))
            request.Headers.TryAddWithoutValidation(header.Split('|')[0], header.Split('|')[1]);

        SignatureV4.Sign(request, [], Example, "us-east-1", "service", Then);

        SignatureOf(request).ShouldBe(signature, name);
    }

    [Fact]
    public void Sign_FormOfTheTestSuite_GivesThePublishedSignature()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "https://example.amazonaws.com/") { Content = new ByteArrayContent([]) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-www-form-urlencoded");

        SignatureV4.Sign(request, "Param1=value1"u8, Example, "us-east-1", "service", Then);

        SignatureOf(request).ShouldBe("ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a");
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

    [Theory]
    [InlineData("GET", "/test.txt", "", "Range|bytes=0-9", "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")]
    [InlineData("PUT", "/test%24file.text", "Welcome to Amazon S3.", "Date|Fri, 24 May 2013 00:00:00 GMT;x-amz-storage-class|REDUCED_REDUNDANCY", "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd")]
    [InlineData("GET", "/?lifecycle", "", "", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")]
    [InlineData("GET", "/?max-keys=2&prefix=J", "", "", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")]
    public void Sign_ExampleOfS3_GivesThePublishedSignature(string method, string address, string body, string headers, string signature)
    {
        using var request = new HttpRequestMessage(new(method), $"https://examplebucket.s3.amazonaws.com{address}");
        foreach (var header in headers.Split(';', StringSplitOptions.RemoveEmptyEntries))
            request.Headers.TryAddWithoutValidation(header.Split('|')[0], header.Split('|')[1]);

        SignatureV4.Sign(request, Encoding.UTF8.GetBytes(body), S3Example, "us-east-1", SignatureV4.S3, new(2013, 5, 24, 0, 0, 0, TimeSpan.Zero));

        SignatureOf(request).ShouldBe(signature);
    }

    [Fact]
    public void Sign_PathThatIsEncodedTwiceElsewhere_IsRefused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://example.amazonaws.com/a%20b");

        Should.Throw<ArgumentException>(() => SignatureV4.Sign(request, [], Example, "us-east-1", "service", Then)).Message.ShouldContain("service");
    }

    [Fact]
    public void Sign_AnyPartChanged_GivesAnotherSignature()
    {
        string Signature(string path = "/", string body = "b", string region = "r", int minute = 0, string session = "t")
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"https://h.example{path}");
            SignatureV4.Sign(request, Encoding.UTF8.GetBytes(body), Example with { SessionToken = session }, region, "s", Then.AddMinutes(minute));
            return SignatureOf(request);
        }

        new[] { Signature(), Signature(path: "/x"), Signature(body: "c"), Signature(region: "q"), Signature(minute: 1), Signature(session: "u") }.Distinct().Count().ShouldBe(6);
        Signature().ShouldBe(Signature());
    }

    [Fact]
    public void Keys_AsText_AreNotShown() => Example.ToString().ShouldBe("AKIDEXAMPLE");

    private static string SignatureOf(HttpRequestMessage request) => request.Headers.NonValidated["Authorization"].ToString().Split("Signature=")[1];
}
