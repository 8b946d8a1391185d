// A service that activities of other services call: it knows the user each call is made for. Run it with
//   dotnet run --project samples/Warehouse -- --Authority https://login.example.com --Audience warehouse --TrustedServices:0 orders
await Warehouse.WarehouseApp.Build(args).RunAsync();
