import { LivenessModule, type LivenessModuleOptions } from '@didit-liveness/nestjs';
import { type DynamicModule, Module } from '@nestjs/common';
import { AccountsService } from './accounts.service.js';
import { PagesController } from './pages.controller.js';
import { SignupController } from './signup.controller.js';
import { SignupService } from './signup.service.js';

/** The application; whoever starts it says how Didit is reached. */
@Module({
  controllers: [SignupController, PagesController],
  providers: [AccountsService, SignupService],
})
export class AppModule {
  static with(liveness: LivenessModuleOptions): DynamicModule {
    return { module: AppModule, imports: [LivenessModule.forRoot(liveness)] };
  }
}
