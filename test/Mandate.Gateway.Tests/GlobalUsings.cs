global using Mandate.Gateway.Tests.Support;
global using Mandate.Identity;
global using Mandate.Protocol;
global using Mandate.Testing;
global using Caller = Mandate.Identity.Caller;
global using Principal = Mandate.Identity.Principal;
