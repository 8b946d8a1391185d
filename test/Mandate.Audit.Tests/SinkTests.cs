using System.Net;
using Mandate.Audit.Checkpoints;
using Mandate.Aws;
using Mandate.Testing;
using Mandate.Testing.Stores;

namespace Mandate.Audit.Tests;

public sealed class SinkTests
{
    [Fact]
    public async Task File_TenantWithPathInItsName_StaysInTheDirectory()
    {
        using var directory = new TemporaryDirectory();
        using var signer = AuditCheckpointSigner.Create("audit.example");
        var sink = new FileCheckpointSink(directory.File("sink"));
        string[] tenants = ["../../etc", "..", ".", "/", "a/b", "$system", new('x', 4_000), "é\n"];
        foreach (var tenant in tenants)
        {
            var checkpoint = signer.Sign(tenant, 7, AuditHash.Zero);
            checkpoint.Tenant.ShouldBe(tenant);
            await sink.PublishAsync(tenant, checkpoint, CancellationToken.None);
            await sink.PublishAsync(tenant, checkpoint, CancellationToken.None);
        }

        Directory.GetFiles(directory.Path, "*.checkpoint", SearchOption.AllDirectories).Length.ShouldBe(tenants.Length);
        Directory.GetDirectories(directory.File("sink")).Length.ShouldBe(tenants.Length, "one for each, and none elsewhere");
    }

    [Fact]
    public async Task Http_AnythingButSuccess_IsAFailure()
    {
        using var signer = AuditCheckpointSigner.Create("audit.example");
        using var handler = new Answering { Status = HttpStatusCode.OK };
        using var client = new HttpClient(handler);
        var sink = new HttpCheckpointSink(client, new("https://witness.example/checkpoints"));
        var checkpoint = signer.Sign("acme", 7, AuditHash.Zero);

        await sink.PublishAsync("acme", checkpoint, CancellationToken.None);
        handler.Body.ShouldBe(checkpoint.Note);
        handler.Status = HttpStatusCode.BadGateway;
        await Should.ThrowAsync<HttpRequestException>(() => sink.PublishAsync("acme", checkpoint, CancellationToken.None));
    }

    [Fact]
    public async Task S3_Put_IsSignedForPathBodyAndTime()
    {
        using var signer = AuditCheckpointSigner.Create("audit.example");
        using var handler = new Answering { Status = HttpStatusCode.OK };
        using var client = new HttpClient(handler);
        var sink = new S3CheckpointSink(client, new()
        {
            Endpoint = new("https://s3.example:9000"),
            Region = "eu-central-1",
            Bucket = "proof",
            Credentials = _ => ValueTask.FromResult(("AKID", "secret")),
            TimeProvider = new ManualTimeProvider(),
        });

        await sink.PublishAsync("acme & co", signer.Sign("acme & co", 7, AuditHash.Zero), CancellationToken.None);

        handler.Address.ShouldBe("https://s3.example:9000/proof/checkpoints/acme%2520%2526%2520co/00000000000000000007.checkpoint");
        handler.Headers["x-amz-date"].ShouldBe("20260304T120000Z");
        handler.Headers["Authorization"].ShouldStartWith("AWS4-HMAC-SHA256 Credential=AKID/20260304/eu-central-1/s3/aws4_request, SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date, Signature=");
        handler.Headers["Authorization"].ShouldNotContain("secret");
    }

    [Fact]
    public async Task S3_StoreThatChecksTheSignature_TakesIt()
    {
        using var signer = AuditCheckpointSigner.Create("audit.example");
        await using var store = await ScriptedHttpServer.StartAsync(request => new(AwsSignature.Of(request) is { Service: "s3", Region: "eu-central-1", AccessKeyId: "AKID" } signature && signature.IsBy("secret", request) ? 200 : 403));
        using var client = new HttpClient();
        S3CheckpointSink Sink(string secret) => new(client, new() { Endpoint = store.Address, Region = "eu-central-1", Bucket = "proof", Credentials = _ => ValueTask.FromResult(("AKID", secret)) });
        var checkpoint = signer.Sign("acme & co", 7, AuditHash.Zero);

        await Sink("secret").PublishAsync("acme & co", checkpoint, CancellationToken.None);
        await Should.ThrowAsync<HttpRequestException>(() => Sink("another").PublishAsync("acme & co", checkpoint, CancellationToken.None));

        store.Received[0].Body.ShouldBe(checkpoint.Note);
    }

    [Fact]
    public void S3Signature_KnownRequest_HasTheKnownSignature()
    {
        // Calculated with another implementation (Python's hmac and hashlib) from AWS's description of the algorithm.
        using var request = new HttpRequestMessage(HttpMethod.Put, "https://examplebucket.s3.amazonaws.com/a/b.txt");
        SignatureV4.Sign(request, "Welcome to Amazon S3."u8, new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), "us-east-1", SignatureV4.S3, new(2013, 5, 24, 0, 0, 0, TimeSpan.Zero));

        request.Headers.GetValues("Authorization").Single().ShouldEndWith("Signature=6151652b8a04bbc54758e72536cc529f809d78cbba0fc8028498c5c3a87a4de9");
    }

    [Fact]
    public void Signer_KeyFile_IsMadeForTheOwnerAloneAndReadAgain()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.File("keys/checkpoint.pem");
        using var made = AuditCheckpointSigner.LoadOrCreate(path, "audit.example");
        using var read = AuditCheckpointSigner.LoadOrCreate(path, "audit.example");

        read.Key.ToString().ShouldBe(made.Key.ToString());
        made.Key.Verifies(read.Sign("acme", 1, AuditHash.Zero)).ShouldBeTrue();
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(path, "not a key");
        Should.Throw<InvalidDataException>(() => AuditCheckpointSigner.LoadOrCreate(path, "audit.example")).Message.ShouldContain(path);
        Should.Throw<ArgumentException>(() => AuditCheckpointSigner.Create("with space"));
        Should.Throw<ArgumentException>(() => AuditCheckpointSigner.Create("with+plus"));
    }

    private sealed class Answering : HttpMessageHandler
    {
        public HttpStatusCode Status { get; set; }

        public string Address { get; private set; } = "";

        public string Body { get; private set; } = "";

        public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Address = request.RequestUri!.AbsoluteUri;
            Body = await request.Content!.ReadAsStringAsync(cancellationToken);
            foreach (var header in request.Headers)
                Headers[header.Key] = string.Join(',', header.Value);
            return new(Status);
        }
    }
}
